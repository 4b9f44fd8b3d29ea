// What the page can do more with scripts; everything works without them too.
(() => {
  "use strict";
  const root = document.documentElement;
  root.setAttribute("data-js", "");

  // Large text, contrast, dark: at once, so that nothing typed is lost.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-view]");
    if (!link) return;
    event.preventDefault();
    const choice = link.dataset.view;
    const on = root.toggleAttribute(`data-${choice}`);
    if (choice === "dark" && on) root.removeAttribute("data-light");
    link.setAttribute("aria-pressed", String(on));
    const chosen = ["large", "contrast", "dark", "light"].filter((one) => root.hasAttribute(`data-${one}`));
    document.cookie = `view=${chosen.join("-")}; path=/; max-age=31536000; samesite=lax`;
  });

  // Enter sends, Shift+Enter and an input method's Enter do not.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (!event.target.matches(".ask textarea")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  const notice = document.getElementById("notice");
  const say = (words) => { notice.textContent = words; };

  // A form is sent once.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-once]")) {
      setTimeout(() => event.target.querySelectorAll("button").forEach((one) => { one.disabled = true; }));
    }
  });
  addEventListener("pageshow", () => document.querySelectorAll("[data-once] button").forEach((one) => { one.disabled = false; }));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });

  document.addEventListener("htmx:beforeRequest", () => say(""));
  document.addEventListener("htmx:responseError", (event) => {
    const box = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    say([...box.querySelectorAll("p")].map((one) => one.textContent.trim()).join(" ") || "没有办成，请过一会儿再试。");
  });
  document.addEventListener("htmx:sendError", () => say("网络断了，没有发出去。请检查网络再试一次。"));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target;
    if (event.detail.successful && form.matches && form.matches("form[data-chat]")) form.reset();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "log") return;
    const last = document.querySelector("#log > .said:nth-last-child(2)") || document.querySelector("#log > :last-child");
    const suggestions = document.getElementById("suggestions");
    if (suggestions) suggestions.replaceChildren();
    if (last) last.scrollIntoView({ block: "start" });
  });
})();
