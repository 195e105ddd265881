// Draws each chart from the data beside it. The library is fetched with the first chart only.
let library;

function fetched() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/scripts/charts.js";
    script.onload = () => resolve(window.vegaEmbed);
    script.onerror = () => reject(new Error("the charts' script did not come"));
    document.head.append(script);
  });
  return library;
}

// `ast`: expressions are interpreted, so that the content policy need not allow eval. Styles that
// a library would put into the page stand in lessor.css instead.
const OPTIONS = {
  mode: "vega-lite",
  ast: true,
  actions: false,
  defaultStyle: false,
  renderer: "svg",
  tooltip: { disableDefaultStyle: true },
  loader: { http: { mode: "same-origin" } },
};

const drawn = new WeakMap();

// On a narrow screen a legend stands in fewer columns, and long names give way to the bars.
function fitted(specification, width) {
  const { legend, axis } = specification.config ?? {};
  if (legend && width < 640) legend.columns = width < 420 ? 1 : 2;
  if (axis && width < 480) axis.labelLimit = Math.round(width * 0.35);
  return specification;
}

async function draw(place) {
  const data = place.parentElement.querySelector('script[type="application/json"]');
  const embed = await fetched();
  const specification = fitted(JSON.parse(data.textContent), place.clientWidth);
  const result = await embed(place, specification, OPTIONS);
  drawn.set(place, result);
  place.dataset.drawn = "yes";
}

export function drawCharts(root) {
  const places = [...(root.querySelectorAll?.("[data-chart]:not([data-drawn])") ?? [])];
  if (root.matches?.("[data-chart]:not([data-drawn])")) places.push(root);
  for (const place of places) {
    place.dataset.drawn = "begun";
    draw(place).catch((fault) => console.error(fault));
  }
}

// A part that goes takes its charts along: what they hold on to is let go.
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  const found = drawn.get(event.target);
  if (found) found.finalize();
});
