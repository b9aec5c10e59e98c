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
  document.addEventListener("click", (event) => {
    const target = event.target.closest && event.target.closest("[data-do]");
    if (!target) return;
    const grid = document.querySelector("#gk-report");
    if (target.dataset.do === "cell") {
      document.querySelectorAll("#gk-report button.is-on").forEach((one) => one.classList.remove("is-on"));
      target.classList.add("is-on");
    }
    if (target.dataset.do === "copy" || target.dataset.do === "link") {
      const text = target.dataset.do === "link"
        ? `${location.origin}${location.pathname}?ask=${encodeURIComponent(target.dataset.at)}`
        : target.closest(".gk-answer").querySelector(".gk-copy").value;
      const said = target.textContent;
      const done = () => { target.textContent = "✓"; setTimeout(() => { target.textContent = said; }, 1200); };
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, () => {});
    }
    if (target.dataset.do === "open" && grid && window.matchMedia("(max-width: 800px)").matches) {
      // On a phone the report stands below the list: go there once it is drawn.
      const seen = new MutationObserver(() => {
        const drawn = grid.querySelector(".gk-report");
        if (!drawn || drawn.dataset.report !== target.dataset.at) return;
        seen.disconnect();
        drawn.scrollIntoView({ block: "start" });
      });
      seen.observe(grid, { childList: true, subtree: true });
      setTimeout(() => seen.disconnect(), 10000);
    }
    if (target.dataset.do === "mark" && grid) {
      let first = true;
      for (const path of target.dataset.at.split(" ")) {
        const cell = grid.querySelector(`button[data-do="cell"][data-at="${CSS.escape(path)}"]`);
        if (!cell) continue;
        cell.classList.remove("is-found");
        void cell.offsetWidth;
        cell.classList.add("is-found");
        if (first) cell.scrollIntoView({ block: "center", behavior: "smooth" });
        if (first) cell.focus({ preventScroll: true });
        first = false;
      }
    }
  });
})();
