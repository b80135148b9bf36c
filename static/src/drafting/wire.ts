// The messages of the draft's socket: the y-websocket protocol, and two of our own from the server.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

const SYNC = 0;
const AWARENESS = 1;
const STORED = 100;
const NOTICE = 101;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

/** What a socket takes: bytes that no other thread can change. */
type Frame = Uint8Array<ArrayBuffer>;

/** What the server says about rights, or that it does not take an update. */
export interface Notice {
  rights?: "edit" | "watch";
  seq?: number;
  refused?: "read-only" | "too-large" | "document-too-large" | "nested-too-deep" | "not-yours" | "malformed";
  message?: string;
}

export type Message =
  | { type: "asked"; vector: Uint8Array }
  | { type: "update"; update: Uint8Array; whole: boolean }
  | { type: "awareness"; update: Uint8Array }
  | { type: "stored"; count: number }
  | { type: "notice"; notice: Notice };

/** One frame; null for what this client does not know (a newer server may say more). Throws on a broken frame. */
export function read(frame: Uint8Array): Message | null {
  const decoder = decoding.createDecoder(frame);
  switch (decoding.readVarUint(decoder)) {
    case SYNC: {
      const step = decoding.readVarUint(decoder);
      const content = decoding.readVarUint8Array(decoder);
      return step === STEP_1 ? { type: "asked", vector: content } : { type: "update", update: content, whole: step === STEP_2 };
    }
    case AWARENESS:
      return { type: "awareness", update: decoding.readVarUint8Array(decoder) };
    case STORED:
      return { type: "stored", count: decoding.readVarUint(decoder) };
    case NOTICE:
      return { type: "notice", notice: JSON.parse(decoding.readVarString(decoder)) as Notice };
    default:
      return null;
  }
}

/** "This is what I have: what is missing?" The server always answers, so it also tells whether the way still works. */
export function asking(doc: Y.Doc): Frame {
  return sync(STEP_1, Y.encodeStateVector(doc));
}

export function updating(update: Uint8Array): Frame {
  return sync(UPDATE, update);
}

export function showing(awareness: Uint8Array): Frame {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, AWARENESS);
  encoding.writeVarUint8Array(encoder, awareness);
  return encoding.toUint8Array(encoder) as Frame;
}

/** Whether an update brings any text; one without structs only repeats deletions. */
export function bringsText(update: Uint8Array): boolean {
  return update[0] !== 0;
}

function sync(step: number, content: Uint8Array): Frame {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, content);
  return encoding.toUint8Array(encoder) as Frame;
}
