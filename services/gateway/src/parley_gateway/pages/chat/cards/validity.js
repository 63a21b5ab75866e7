/** When a field is checked: once it is left, and while it is wrong at every key. */

/**
 * Calls `read`, which shows what is wrong. A message that went away only when the field is left
 * would move the page under a click that has begun.
 */
export function watch(control, read) {
  control.addEventListener("change", read);
  control.addEventListener("input", () => {
    if (control.getAttribute("aria-invalid") === "true") read();
  });
}
