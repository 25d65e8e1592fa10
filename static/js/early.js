// Sets the theme before the first paint, so that nothing flashes, and says that scripts run. A
// classic script on purpose.
(() => {
  document.documentElement.dataset.scripts = "";
  let theme = new URLSearchParams(location.search).get("theme");
  try {
    theme = theme || localStorage.getItem("zabscope.theme");
  } catch {
    // Storage may be forbidden in a frame; the system's theme is then right.
  }
  if (theme === "light" || theme === "dark" || theme === "auto") {
    document.documentElement.dataset.theme = theme;
  }
})();
