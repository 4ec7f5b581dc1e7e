// A phone as far as the registry sees it: signs in, pulls, pushes items.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from "node:crypto";

export const PASSWORD = "correct horse";

/** A UUID, version 7. */
export function uuid7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** A JPEG without what a camera or a browser writes beside the picture. */
export function plainJpeg(jpeg: Buffer): Buffer {
  const kept = [jpeg.subarray(0, 2)];
  for (let at = 2; ; ) {
    const marker = jpeg[at + 1]!;
    // The picture itself.
    if (marker === 0xda) return Buffer.concat([...kept, jpeg.subarray(at)]);
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (marker <= 0xe0 || marker > 0xef) kept.push(jpeg.subarray(at, end));
    at = end;
  }
}

export interface Counter {
  id: string;
  lao: string;
  name: string;
  state?: { status: string; shown?: string };
}

export class Phone {
  private constructor(
    private readonly base: string,
    private readonly token: string,
    private readonly account: string,
    private readonly device: string,
    private readonly key: KeyObject,
  ) {}

  static async signIn(base: string, username: string): Promise<Phone> {
    const device = uuid7();
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const device_key = publicKey.export({ format: "jwk" }).x;
    const answer = await fetch(`${base}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password: PASSWORD, device, device_key }),
    });
    if (answer.status !== 200) throw new Error(`sign-in of ${username}: ${answer.status} ${await answer.text()}`);
    const session = (await answer.json()) as { access_token: string; account: { id: string } };
    return new Phone(base, session.access_token, session.account.id, device, privateKey);
  }

  /** The bodies of all records of one kind that this person may see, by key; ended ones are gone. */
  async pull<T>(record: string): Promise<Map<string, T>> {
    const found = new Map<string, T>();
    let cursor = "";
    for (;;) {
      const answer = await fetch(`${this.base}/v1/pull${cursor}`, { headers: { authorization: `Bearer ${this.token}` } });
      if (answer.status !== 200) throw new Error(`pull: ${answer.status} ${await answer.text()}`);
      const page = (await answer.json()) as {
        cursor: string;
        more: boolean;
        changes: { record: string; key: string; body?: T }[];
      };
      for (const change of page.changes.filter((change) => change.record === record)) {
        if (change.body) found.set(change.key, change.body);
        else found.delete(change.key);
      }
      if (!page.more) return found;
      cursor = `?cursor=${page.cursor}`;
    }
  }

  async counters(): Promise<Counter[]> {
    return [...(await this.pull<Counter>("counter")).values()];
  }

  /** Sends one item, and gives its id. */
  async push(kind: string, payload: object, seen: string[] = []): Promise<string> {
    const id = uuid7();
    const saved = { wall: Date.now(), mono: Math.round(performance.now()), boot: randomUUID() };
    const fields = [id, kind, 1, this.account, this.device, saved.wall, saved.mono, saved.boot, "", "", seen.join(","), JSON.stringify(payload)];
    const netstrings = fields.map((field) => `${Buffer.byteLength(String(field))}:${field},`).join("");
    const sig = sign(null, Buffer.from(`pakmut-envelope-1\n${netstrings}`), this.key).toString("base64url");
    const item = { id, kind, version: 1, account: this.account, device: this.device, saved, seen, payload, sig };
    const answer = await fetch(`${this.base}/v1/push`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ batch_id: uuid7(), items: [item] }),
    });
    const said = await answer.text();
    if (answer.status !== 200 || !/"result":"(accepted|conflict)"/.test(said)) throw new Error(`push of a ${kind}: ${said}`);
    return id;
  }

  /** Sends a photo, and gives its hash. */
  async photo(bytes: Buffer): Promise<string> {
    const hash = createHash("sha256").update(bytes).digest("base64url");
    const answer = await fetch(`${this.base}/v1/attachments/${hash}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${this.token}` },
      body: new Uint8Array(bytes),
    });
    if (answer.status !== 200) throw new Error(`a photo: ${answer.status} ${await answer.text()}`);
    return hash;
  }

  /** Pins a counter. */
  async pin(counter: string, lat: number, lon: number, more: { radius95_m?: number; seen?: string[] } = {}): Promise<string> {
    const radius95_m = more.radius95_m ?? 9.5;
    const payload = { counter, lat, lon, radius68_m: radius95_m / 2, radius95_m, method: "gnss", fixes: 11, seconds: 10 };
    return this.push("pin", payload, more.seen);
  }
}
