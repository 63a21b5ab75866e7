/** Names in JSON, as people read them. No DOM in here. */

/** "deploy_service" and "deployService" read as "Deploy service"; capitals like "URL" stay. */
export function readableName(name) {
  const spaced = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .trim();
  const words = spaced.replace(/ [A-Z](?=[a-z])/g, (start) => start.toLowerCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
