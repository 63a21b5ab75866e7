"""Google's endpoints: tokens, certificates, the Gmail API, and what their refusals mean."""
