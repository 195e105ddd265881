// The switch between light and dark; without it the system's choice holds.
export function offerShade() {
  const root = document.documentElement;
  if (root.hasAttribute("data-stale") && document.querySelector("[data-chart]")) {
    root.removeAttribute("data-stale");
    location.reload();
    return;
  }
  const button = document.getElementById("shade");
  button.hidden = false;
  button.setAttribute("aria-pressed", String(root.dataset.shade === "dark"));
  button.addEventListener("click", () => {
    const shade = root.dataset.shade === "dark" ? "light" : "dark";
    localStorage.setItem("lessor-shade", shade);
    document.cookie = `lessor-shade=${shade}; path=/; SameSite=Strict; max-age=31536000`;
    root.dataset.shade = shade;
    button.setAttribute("aria-pressed", String(shade === "dark"));
    if (document.querySelector("[data-chart]")) location.reload();
  });
}
