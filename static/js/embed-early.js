// Before the first paint of an embed: its theme and its shape, and whether anything can run here.
// A classic script on purpose: a frame without an origin of its own may not even load modules.
(() => {
  const root = document.documentElement;
  const query = new URLSearchParams(location.search);
  const choose = (name, values) => {
    const value = query.get(name);
    if (values.includes(value)) root.dataset[name] = value;
  };
  choose("theme", ["auto", "light", "dark"]);
  choose("ui", ["full", "min", "stage"]);
  root.dataset.embed = self.origin === "null" ? "sandbox" : "poster";
  addEventListener("DOMContentLoaded", () => {
    const open = document.getElementById("embed-why-open");
    document.getElementById("embed-address").textContent = open.href;
    for (const start of document.querySelectorAll("#embed-start, .transport-play"))
      start.addEventListener("click", () => (root.dataset.pressed = ""), { once: true });
    if (root.dataset.embed === "poster")
      import("./embed.js").catch(() => (root.dataset.embed = "broken"));
  });
})();
