// What the page does without the server: theme, marking the chosen cells, closing the panel, links to questions.
(() => {
  const stored = localStorage.getItem("gongkai-theme");
  const dark = stored ? stored === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  const apply = (on) => document.body && document.body.classList.toggle("dark", on);
  document.addEventListener("DOMContentLoaded", () => apply(dark));
  apply(dark);
  window.gkTheme = () => {
    const on = !document.body.classList.contains("dark");
    localStorage.setItem("gongkai-theme", on ? "dark" : "light");
    apply(on);
  };
  // The page's language, for screen readers and for words that Gradio would take from the browser.
  const speak = () => {
    const head = document.querySelector(".gk-head");
    if (!head || document.documentElement.dataset.spoken === head.dataset.lang) return;
    const root = document.documentElement;
    root.lang = head.dataset.lang === "zh" ? "zh-CN" : "en";
    root.dataset.spoken = head.dataset.lang;
    root.style.setProperty("--gk-drop", JSON.stringify(head.dataset.drop));
    document.querySelectorAll("#gk-upload button, #gk-upload input[type=file]").forEach((one) => one.setAttribute("aria-label", head.dataset.drop));
  };
  // Do something with a report as soon as it is drawn and seen; given up after ten seconds.
  const whenDrawn = (id, then) => {
    const until = Date.now() + 10000;
    const look = () => {
      const drawn = document.querySelector(`.gk-report[data-report="${CSS.escape(id)}"]`);
      if (drawn && drawn.checkVisibility()) setTimeout(() => then(drawn), 80);
      else if (Date.now() < until) setTimeout(look, 80);
    };
    setTimeout(look, 120);
  };
  let chosen = null; // the cell or citation whose panel is open; views are drawn anew, so it is kept by name
  // A view that is drawn anew keeps the mark on the cell whose panel is open.
  const remark = () => {
    if (!chosen || document.querySelector("#gk-report button.is-on, .gk-chip.is-on")) return;
    const kept = document.querySelector(`[data-do="${chosen.do}"][data-at="${CSS.escape(chosen.at)}"]`);
    if (kept && document.querySelector(".gk-panel")) kept.classList.add("is-on");
  };
  // A new question comes into sight with its answer, and the panel of an earlier one goes: its numbers mean other citations.
  let asked = 0;
  const follow = () => {
    const questions = document.querySelectorAll(".gk-talk .gk-question");
    if (questions.length > asked && asked > 0) {
      const old = document.querySelector("#gk-evidence .gk-panel .gk-close");
      if (old) old.click();
      questions[questions.length - 1].scrollIntoView({ block: "start", behavior: "smooth" });
    }
    asked = questions.length;
  };
  new MutationObserver(follow).observe(document.documentElement, { childList: true, subtree: true });
  new MutationObserver(remark).observe(document.documentElement, { childList: true, subtree: true });
  new MutationObserver(speak).observe(document.documentElement, { childList: true, subtree: true });
  // Escape closes the panel beside the report or the answer, and gives the focus back to where it was opened.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const shown = [...document.querySelectorAll(".gk-panel .gk-close")].find((one) => one.checkVisibility());
    if (!shown || event.target.closest("[role=listbox], [role=combobox]")) return;
    const from = chosen && document.querySelector(`[data-do="${chosen.do}"][data-at="${CSS.escape(chosen.at)}"]`);
    shown.click();
    if (from && from.checkVisibility()) from.focus();
  });
  document.addEventListener("click", (event) => {
    const target = event.target.closest && event.target.closest("[data-do]");
    if (!target) return;
    const grid = document.querySelector("#gk-report");
    if ((target.dataset.do === "cell" || target.dataset.do === "cite") && !target.closest(".gk-panel")) {
      document.querySelectorAll("#gk-report button.is-on, .gk-chip.is-on").forEach((one) => one.classList.remove("is-on"));
      target.classList.add("is-on");
      chosen = { do: target.dataset.do, at: target.dataset.at };
    }
    if (target.dataset.do === "cell" && window.matchMedia("(max-width: 800px)").matches) {
      target.scrollIntoView({ block: "start", inline: "nearest", behavior: "smooth" }); // above the panel that covers the lower part
    }
    if (["open", "close", "report", "line"].includes(target.dataset.do)) {
      chosen = null;
      document.querySelectorAll("#gk-report button.is-on, .gk-chip.is-on").forEach((one) => one.classList.remove("is-on"));
    }
    if (target.dataset.do === "copy" || target.dataset.do === "link") {
      const text = target.dataset.do === "link"
        ? `${location.origin}${location.pathname}?ask=${encodeURIComponent(target.dataset.at)}`
        : target.closest(".gk-answer").querySelector(".gk-copy").value;
      const said = target.textContent;
      const done = () => { target.textContent = "✓"; setTimeout(() => { target.textContent = said; }, 1200); };
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, () => {});
    }
    // On a phone the report stands below the list: go there once it is drawn.
    if (target.dataset.do === "open" && window.matchMedia("(max-width: 800px)").matches) {
      whenDrawn(target.dataset.at, (drawn) => drawn.scrollIntoView({ block: "start" }));
    }
    // A cell of the queue or of a citation opens in its report.
    if (target.dataset.do === "report" && target.dataset.cell) {
      const path = target.dataset.cell;
      whenDrawn(target.dataset.at, (drawn) => {
        const cell = drawn.querySelector(`button[data-do="cell"][data-at="${CSS.escape(path)}"]`);
        if (!cell) return;
        cell.click();
        cell.scrollIntoView({ block: "center" });
        cell.focus({ preventScroll: true });
      });
    }
    // From one cell to look at to the next or the one before, round and round.
    if (target.dataset.do === "doubt" && grid && chosen) {
      const doubtful = [...grid.querySelectorAll("td.s-open > button, td.s-contested > button, td.s-unreadable > button")];
      const here = doubtful.findIndex((one) => one.dataset.at === chosen.at);
      const next = doubtful[(here + Number(target.dataset.at) + doubtful.length) % doubtful.length];
      if (next) {
        next.click();
        next.scrollIntoView({ block: window.matchMedia("(max-width: 800px)").matches ? "start" : "center", inline: "nearest" });
        next.focus({ preventScroll: true });
      }
    }
    // Lines of the comparison below a subtotal are folded away, or all of them at once.
    if (target.dataset.do === "fold" || target.dataset.do === "folds") {
      const table = document.querySelector(".gk-compare");
      const folds = target.dataset.do === "fold" ? [target] : [...table.querySelectorAll(".gk-fold")];
      const open = target.dataset.do === "fold" ? target.getAttribute("aria-expanded") !== "true" : target.dataset.at === "open";
      for (const one of folds) one.setAttribute("aria-expanded", String(open));
      const shut = new Set([...table.querySelectorAll('.gk-fold[aria-expanded="false"]')].map((one) => one.dataset.at));
      for (const row of table.querySelectorAll("tr[data-within]")) row.hidden = row.dataset.within.split(" ").some((one) => shut.has(one));
    }
    if (target.dataset.do === "mark" && grid) {
      let first = true;
      const paths = target.dataset.at.split(" ");
      for (const path of paths) {
        const cell = grid.querySelector(`button[data-do="cell"][data-at="${CSS.escape(path)}"]`);
        if (!cell) continue;
        cell.classList.remove("is-found");
        void cell.offsetWidth;
        cell.classList.add("is-found");
        if (first) cell.scrollIntoView({ block: "center", behavior: "smooth" });
        if (first) cell.focus({ preventScroll: true });
        if (first) cell.click(); // it opens beside the report too
        first = false;
      }
    }
  });
})();
