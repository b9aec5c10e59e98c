"use strict";
// Judgements are kept in this browser as they are made, and leave it only as the CSV that the person downloads.
const main = document.querySelector("main");
const cards = [...document.querySelectorAll(".au-card")];
const blind = main.hasAttribute("data-blind");
const shelf = "gongkai-audit-" + main.dataset.draw;
const kept = (() => { try { return JSON.parse(localStorage.getItem(shelf) || "{}"); } catch { return {}; } })();
const pictures = JSON.parse(document.getElementById("pictures").textContent);
const words = { "1": "对", "2": "错", "3": "看不清" };
let at = 0;

const said = (card) => kept[card.dataset.id] || {};
const done = (card) => { const one = said(card); return Boolean(blind ? one.stands : one.judgement); };

function paint(card) {
  const one = said(card);
  card.querySelectorAll("[data-say]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.say === one.judgement)));
  card.classList.toggle("is-done", done(card));
  card.classList.toggle("is-wrong", one.judgement === "错");
  card.classList.toggle("is-unclear", one.judgement === "看不清");
}

function tell() {
  const count = cards.filter(done).length;
  document.querySelector("progress").value = count;
  document.querySelector("output").textContent = count + "/" + cards.length;
}

function keep(card, change) {
  kept[card.dataset.id] = { ...said(card), ...change };
  try { localStorage.setItem(shelf, JSON.stringify(kept)); } catch { /* the page still holds them until it is closed */ }
  paint(card);
  tell();
}

// The page of a scan is put in place when its cell is reached; several cells share it.
function picture(card) {
  const page = card && card.querySelector(".au-page");
  if (!page || page.querySelector("img")) return;
  const image = new Image();
  image.src = pictures[page.dataset.picture];
  image.alt = "原件的这一页 the page itself";
  page.append(image);
}

function go(index) {
  if (!cards.length) return;
  cards[at].classList.remove("is-on");
  at = Math.max(0, Math.min(cards.length - 1, index));
  cards[at].classList.add("is-on");
  picture(cards[at]);
  picture(cards[at + 1]);
  cards[at].scrollIntoView({ block: "nearest" });
  (blind ? cards[at].querySelector(".au-stands") : cards[at]).focus({ preventScroll: true });
}

function judge(card, word) {
  keep(card, { judgement: word });
  if (word === "错") card.querySelector(".au-stands").focus(); else go(cards.indexOf(card) + 1);
}

cards.forEach((card, index) => {
  card.addEventListener("toggle", () => picture(card), true);
  card.addEventListener("pointerdown", () => { cards[at].classList.remove("is-on"); at = index; card.classList.add("is-on"); });
  card.querySelectorAll("[data-say]").forEach((button) => button.addEventListener("click", () => judge(card, button.dataset.say)));
  for (const name of ["stands", "note"]) {
    const field = card.querySelector(".au-" + name);
    field.value = said(card)[name] || "";
    field.addEventListener("input", () => keep(card, { [name]: field.value }));
  }
  paint(card);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = event.target.tagName === "INPUT";
  if (event.key === "ArrowDown") { event.preventDefault(); go(at + 1); }
  else if (event.key === "ArrowUp") { event.preventDefault(); go(at - 1); }
  else if (event.key === "Enter" && !["BUTTON", "SUMMARY"].includes(event.target.tagName)) { event.preventDefault(); go(at + 1); }
  else if (!typing && !blind && words[event.key]) { event.preventDefault(); judge(cards[at], words[event.key]); }
});

function cell(text) {
  const plain = /^[-+=@\t\r]/.test(text) && !/^[-+]?[0-9.,]+$/.test(text) ? "'" + text : text; // no formula in a spreadsheet
  return '"' + plain.replaceAll('"', '""') + '"';
}

document.getElementById("save").addEventListener("click", () => {
  const rows = cards.map((card) => [card.dataset.id, said(card).judgement || "", said(card).stands || "", said(card).note || ""]);
  const text = "\ufeff" + [JSON.parse(main.dataset.heads), ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = main.dataset.draw + "-judged.csv";
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
});

tell();
go(Math.max(0, cards.findIndex((card) => !done(card))));
