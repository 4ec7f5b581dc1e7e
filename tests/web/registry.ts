// A real registry in a process of its own, over a real file.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const ROOT = resolve(import.meta.dirname, "../..");
const PLACES = join(ROOT, "tests/data/places");
const PROGRAM = process.env.REGISTRY ?? join(ROOT, "target/debug/pakmut-registry");

export class Registry {
  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcess,
    /** Its address, without a slash at the end. */
    readonly base: string,
  ) {}

  /** Imports the real country and the given files, and serves it on a free port, with
   * more options where there are any. */
  static async start(files: Record<string, string>, more: string[] = []): Promise<Registry> {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built: make test-web builds it`);
    const folder = mkdtempSync(join(tmpdir(), "pakmut-web-"));
    const database = ["--database", `sqlite:${join(folder, "registry.db")}`];
    const run = (...words: string[]) => execFileSync(PROGRAM, [...database, ...words], { stdio: "pipe" });
    run("import", "places", ...["provinces", "districts", "subdistricts"].map((n) => join(PLACES, `${n}.geojson`)));
    run("import", "laos", join(PLACES, "laos.csv"));
    run("import", "form", join(ROOT, "forms/citizen.xlsx"), "--publish", "real");
    run("import", "form", join(ROOT, "forms/readiness.xlsx"), "--publish", "trial");
    for (const [what, text] of Object.entries(files)) {
      const file = join(folder, `${what}.csv`);
      writeFileSync(file, text);
      run("import", what, file);
    }
    const child = spawn(PROGRAM, [...database, "serve", "--listen", "127.0.0.1:0", ...more], { stdio: ["ignore", "ignore", "pipe"] });
    const said: string[] = [];
    const base = await new Promise<string>((done, failed) => {
      child.once("exit", () => failed(new Error(`the registry ended:\n${said.join("\n")}`)));
      createInterface({ input: child.stderr! }).on("line", (line) => {
        if (said.length < 100) said.push(line);
        const address = /"address":"([^"]+)"/.exec(line);
        if (address) done(`http://${address[1]}`);
      });
    });
    return new Registry(folder, child, base);
  }

  /** Ends it and takes its files away. */
  async stop(): Promise<void> {
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.removeAllListeners("exit");
    this.child.once("exit", () => undefined);
    this.child.kill("SIGTERM");
    await Promise.race([ended, new Promise((done) => setTimeout(done, 5_000))]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
