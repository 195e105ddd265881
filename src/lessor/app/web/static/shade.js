// Light or dark is known before the first paint: as chosen here, else as the system says.
(() => {
  const root = document.documentElement;
  const chosen = localStorage.getItem("lessor-shade");
  const shade = chosen ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const isStale = root.dataset.shade !== shade;
  root.dataset.shade = shade;
  document.cookie = `lessor-shade=${shade}; path=/; SameSite=Strict; max-age=31536000`;
  // Charts are made by the server in its shade: it learns of another one by being asked again.
  root.toggleAttribute("data-stale", isStale);
})();
