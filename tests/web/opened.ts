// Files that the pages give, opened by the programs that people have.
import { test, type Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** What LibreOffice reads in a file, as text. */
export function opened(file: string, as: "csv" | "txt"): string {
  // Text in UTF-8 (76), whatever the machine's own is.
  const filter = { csv: "csv:Text - txt - csv (StarCalc):44,34,76", txt: "txt:Text (encoded):UTF8" }[as];
  const folder = mkdtempSync(join(tmpdir(), "pakmut-office-"));
  try {
    execFileSync("soffice", ["--headless", `-env:UserInstallation=file://${folder}/profile`, "--convert-to", filter, "--outdir", folder, file], {
      stdio: "pipe",
      timeout: 120_000,
    });
    const made = basename(file).replace(/\.[^.]*$/, `.${as}`);
    return readFileSync(join(folder, made), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Downloads what a click brings, under its own name. */
export async function download(page: Page, click: () => Promise<void>): Promise<string> {
  const coming = page.waitForEvent("download");
  await click();
  const file = await coming;
  const path = test.info().outputPath(file.suggestedFilename());
  await file.saveAs(path);
  return path;
}
