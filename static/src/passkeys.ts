// Passkeys: the browser asks for fingerprint, face or key, and what it gives goes into the form as JSON.
// The JSON is that of the WebAuthn standard (Level 3, "JSON serialization"), which allauth speaks.

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null | undefined;
type Dict = Record<string, Json>;

export function startPasskeys(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void use(form);
    });
  }
}

async function use(form: HTMLFormElement): Promise<void> {
  tell(form, "");
  if (!window.PublicKeyCredential) return tell(form, form.dataset["textUnable"] ?? "");
  try {
    const credential = form.dataset["passkey"] === "add" ? await made(form) : await shown(form);
    const field = form.querySelector<HTMLInputElement>("input[name=credential]");
    if (!field || !credential) return;
    field.value = JSON.stringify(credential);
    form.submit(); // past this listener
  } catch {
    tell(form, form.dataset["textRefused"] ?? ""); // dismissed, timed out, or the wrong key: the browser does not say
  }
}

async function made(form: HTMLFormElement): Promise<Dict> {
  const options = pageData()["creation_options"] as Dict;
  const alone = form.querySelector<HTMLInputElement>("input[name=passwordless]")?.checked ?? false;
  const key = options["publicKey"] as Dict;
  key["authenticatorSelection"] = {
    ...(key["authenticatorSelection"] as Dict),
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  };
  const credential = (await navigator.credentials.create({ publicKey: decoded(key) as unknown as PublicKeyCredentialCreationOptions })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAttestationResponse;
  return told(credential, {
    clientDataJSON: encode(response.clientDataJSON),
    attestationObject: encode(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

async function shown(form: HTMLFormElement): Promise<Dict> {
  const data = form.dataset["passkey"] === "sign-in" ? await asked(form) : pageData();
  const key = (data["request_options"] as Dict)["publicKey"] as Dict;
  const credential = (await navigator.credentials.get({ publicKey: decoded(key) as unknown as PublicKeyCredentialRequestOptions })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAssertionResponse;
  return told(credential, {
    clientDataJSON: encode(response.clientDataJSON),
    authenticatorData: encode(response.authenticatorData),
    signature: encode(response.signature),
    userHandle: response.userHandle ? encode(response.userHandle) : null,
  });
}

async function asked(form: HTMLFormElement): Promise<Dict> {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Dict;
}

function pageData(): Dict {
  return JSON.parse(document.getElementById("passkey-data")?.textContent ?? "{}") as Dict;
}

function told(credential: PublicKeyCredential, response: Dict): Dict {
  return {
    type: credential.type,
    id: credential.id,
    rawId: encode(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response,
    clientExtensionResults: credential.getClientExtensionResults() as Dict,
  };
}

/** The options with bytes where the standard wants bytes. */
function decoded(options: Dict): Record<string, unknown> {
  const user = options["user"] as Dict | undefined;
  const keys = (name: string): unknown => (options[name] as Dict[] | undefined)?.map((one) => ({ ...one, id: bytes(one["id"]) }));
  return {
    ...options,
    challenge: bytes(options["challenge"]),
    ...(user ? { user: { ...user, id: bytes(user["id"]) } } : {}),
    ...(options["excludeCredentials"] ? { excludeCredentials: keys("excludeCredentials") } : {}),
    ...(options["allowCredentials"] ? { allowCredentials: keys("allowCredentials") } : {}),
  };
}

function bytes(value: Json): Uint8Array<ArrayBuffer> {
  const text = atob(String(value).replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function encode(buffer: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function tell(form: HTMLFormElement, problem: string): void {
  const line = form.querySelector<HTMLElement>("[data-problem]");
  if (!line) return;
  line.textContent = problem;
  line.hidden = problem === "";
}
