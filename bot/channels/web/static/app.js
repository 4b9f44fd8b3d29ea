// What the page can do more with scripts; everything works without them too.
(() => {
  "use strict";
  const root = document.documentElement;
  root.setAttribute("data-js", "");

  // Large text, contrast, dark: at once, so that nothing typed is lost.
  const CHOICES = ["large", "contrast", "dark", "light"];
  const has = (choice) => root.hasAttribute(`data-${choice}`);
  const isDark = () => has("dark") || (!has("light") && matchMedia("(prefers-color-scheme: dark)").matches);
  const switches = [...document.querySelectorAll("[data-view]")];
  const show = () => switches.forEach((one) => {
    const choice = one.dataset.view;
    one.setAttribute("aria-pressed", String(choice === "dark" ? isDark() : has(choice)));
  });
  const turn = (choice) => {
    if (choice === "dark") {
      const dark = !isDark();
      root.toggleAttribute("data-dark", dark);
      root.toggleAttribute("data-light", !dark);
    } else {
      root.toggleAttribute(`data-${choice}`);
    }
    document.cookie = `view=${CHOICES.filter(has).join("-")}; path=/; max-age=31536000; samesite=lax`;
    show();
  };
  switches.forEach((one) => {
    one.addEventListener("click", (event) => { event.preventDefault(); turn(one.dataset.view); });
    one.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); turn(one.dataset.view); }
    });
  });
  show();

  // Enter sends, Shift+Enter and an input method's Enter do not.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (!event.target.matches(".ask textarea")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  const notice = document.getElementById("notice");
  const say = (words) => { notice.textContent = words; };

  // A file that is too large is told before it is sent.
  document.addEventListener("change", (event) => {
    const { most, together } = event.target.dataset;
    if (!most) return;
    const sizes = [...event.target.files].map((one) => one.size / 1048576);
    const all = sizes.reduce((sum, one) => sum + one, 0);
    if (sizes.some((one) => one > most)) say(`有一个文件太大，一个最多 ${most} MB。请重新选。`);
    else say(all > together ? `文件一共太大，一次最多 ${together} MB。请分几次发。` : "");
  });

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
    document.getElementById("start")?.remove();
    const last = document.querySelector("#log > .said:nth-last-child(2)") || document.querySelector("#log > :last-child");
    const suggestions = document.getElementById("suggestions");
    if (suggestions) suggestions.replaceChildren();
    // On a phone the keyboard would cover the answer.
    if (matchMedia("(pointer: coarse)").matches && document.activeElement) document.activeElement.blur();
    if (last) last.scrollIntoView({ block: "start" });
  });
})();
