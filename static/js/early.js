// Sets theme and motion before the first paint, so that nothing flashes or moves, and says that
// scripts run. A classic script on purpose.
(() => {
  const root = document.documentElement;
  root.dataset.scripts = "";
  let saved = {};
  try {
    saved = JSON.parse(localStorage.getItem("zabscope.settings") || "{}") || {};
  } catch {
    // Storage may be forbidden in a frame; the system's theme is then right.
  }
  const theme = new URLSearchParams(location.search).get("theme") || saved.theme;
  if (["light", "dark", "auto"].includes(theme)) root.dataset.theme = theme;
  if (["reduced", "full"].includes(saved.motion)) root.dataset.motion = saved.motion;
  const system = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const still = saved.motion === "reduced" || (saved.motion !== "full" && system);
  root.toggleAttribute("data-still", still);
})();
