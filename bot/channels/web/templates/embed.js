(() => {
  "use strict";
  if (document.getElementById("wenban-open")) return;
  const page = {{ address|tojson }};
  const button = document.createElement("button");
  button.id = "wenban-open";
  button.type = "button";
  button.textContent = "问办：这事怎么办";
  button.setAttribute("aria-expanded", "false");
  Object.assign(button.style, {
    position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", minHeight: "48px", padding: "0 20px",
    font: "600 18px system-ui, sans-serif", color: "#fff", background: "#0f5f6b", border: "2px solid #fff",
    borderRadius: "24px", cursor: "pointer", boxShadow: "0 2px 10px rgba(0,0,0,.3)",
  });
  let frame = null;
  const show = (open) => {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.src = page;
      frame.title = "问办";
      Object.assign(frame.style, {
        position: "fixed", right: "16px", bottom: "76px", zIndex: "2147483000", width: "min(420px, calc(100vw - 32px))",
        height: "min(640px, calc(100vh - 96px))", border: "1px solid #76868a", borderRadius: "12px", background: "#fff",
        boxShadow: "0 4px 20px rgba(0,0,0,.3)",
      });
      document.body.appendChild(frame);
    }
    frame.style.display = open ? "block" : "none";
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "关上问办" : "问办：这事怎么办";
    if (open) frame.focus();
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  document.body.appendChild(button);
})();
