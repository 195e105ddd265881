// A slider and the field beside it say the same value.
export function prepareForms(root) {
  for (const slider of root.querySelectorAll?.("input[type=range][data-for]") ?? []) {
    if (slider.dataset.ready) continue;
    slider.dataset.ready = "yes";
    const field = document.getElementById(slider.dataset.for);
    follow(slider, field);
    slider.addEventListener("input", () => {
      field.value = said(slider);
    });
    field.addEventListener("input", () => follow(slider, field));
  }
  placeFaults(root);
}

function follow(slider, field) {
  const value = Number.parseFloat(field.value.replaceAll("_", ""));
  if (Number.isFinite(value)) slider.value = String(value);
}

function said(slider) {
  const step = Number.parseFloat(slider.dataset.step);
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  const text = Number(slider.value).toFixed(digits);
  // Thousands apart, as the deal file writes them.
  const [whole, ...rest] = text.split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, "_") : whole;
  return `${[grouped, ...rest].join(".")}${slider.dataset.unit}`;
}

// Faults that name a field are told beside it as well.
function placeFaults(root) {
  if (root !== document && root.id !== "figures") return;
  for (const place of document.querySelectorAll("[data-fault-of]")) {
    place.hidden = true;
    place.textContent = "";
    document.getElementById(`f-${place.dataset.faultOf}`)?.removeAttribute("aria-invalid");
  }
  for (const issue of document.querySelectorAll("[data-issue-field].error")) {
    const path = issue.dataset.issueField;
    const place = document.querySelector(`[data-fault-of="${CSS.escape(path)}"]`);
    if (!place) continue;
    place.textContent = issue.querySelector(".message").textContent;
    place.hidden = false;
    document.getElementById(`f-${path}`)?.setAttribute("aria-invalid", "true");
  }
}

// A value that was found is set in the form, as if it had been typed.
export function offerValues() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    const field = document.getElementById(`f-${button.dataset.take}`);
    const further = document.getElementById("further");
    if (field) field.value = button.dataset.value;
    else further.value += `${further.value ? "\n" : ""}${button.dataset.take}=${button.dataset.value}`;
    (field ?? further).dispatchEvent(new Event("input", { bubbles: true }));
    (field ?? further).focus();
  });
}

// What a reader opened stays open when its part of the page is answered anew.
const opened = new Set();

export function keepOpen() {
  document.addEventListener(
    "toggle",
    (event) => {
      const name = event.target.dataset?.keep;
      if (name) event.target.open ? opened.add(name) : opened.delete(name);
    },
    true,
  );
  document.body.addEventListener("htmx:afterSwap", (event) => {
    for (const part of event.target.querySelectorAll?.("details[data-keep]") ?? []) {
      if (opened.has(part.dataset.keep)) part.open = true;
    }
  });
}
