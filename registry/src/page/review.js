// @ts-check
// Keys for the review: A approves, R sends back, J and K turn, ? helps.
// The page works without it.
"use strict";

/** @param {string} id */
const find = (id) => document.getElementById(id);

/** @param {string} id */
function follow(id) {
  const link = find(id);
  if (link instanceof HTMLAnchorElement) link.click();
}

/** @param {string} id */
function send(id) {
  const form = find(id);
  if (!(form instanceof HTMLFormElement)) return;
  // What is missing is a reason: the arrow keys choose one, the same key sends.
  const reason = form.querySelector('input[type="radio"]');
  if (form.checkValidity()) form.requestSubmit(form.querySelector("button"));
  else if (reason instanceof HTMLInputElement) reason.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const at = event.target;
  const writes = at instanceof HTMLTextAreaElement || (at instanceof HTMLInputElement && at.type !== "radio");
  if (writes) {
    if (event.key === "Escape") at.blur();
    return;
  }
  const keys = /** @type {Record<string, () => void>} */ ({
    a: () => send("approve"),
    r: () => send("send-back"),
    j: () => follow("next"),
    k: () => follow("before"),
    "?": () => {
      const help = find("keys");
      if (help instanceof HTMLDetailsElement) help.open = !help.open;
    },
  });
  // The key itself, or where it lies on a keyboard that writes Thai.
  const name = keys[event.key.toLowerCase()] ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase();
  const act = keys[name];
  if (!act || event.repeat) return;
  event.preventDefault();
  act();
});
