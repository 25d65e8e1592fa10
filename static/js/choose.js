// Sends a visitor of an exported site's root to the first language of the browser that the site
// speaks, English otherwise. A classic script on purpose: it runs before anything is painted.
(() => {
  const spoken = (navigator.languages || [navigator.language]).map((tag) => tag.slice(0, 2));
  const language = spoken.find((tag) => tag === "zh" || tag === "en") || "en";
  location.replace(`${language}/${location.search}${location.hash}`);
})();
