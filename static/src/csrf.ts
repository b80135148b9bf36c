// The key that Django wants with everything that changes something. It is in a cookie, which is always the current
// one: a form that was open while its reader signed in again holds an old one.

export function csrfToken(): string {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

/** Put the current key into a form that is about to be sent. */
export function renewCsrf(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  const token = csrfToken();
  if (field && token) field.value = token;
}
