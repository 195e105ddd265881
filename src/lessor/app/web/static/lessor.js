import { drawCharts } from "./charts.js";
import { offerExplanations } from "./explain.js";
import { keepOpen, offerValues, prepareForms } from "./forms.js";
import { offerShade } from "./shades.js";

function prepare(root) {
  drawCharts(root);
  prepareForms(root);
}

offerShade();
offerExplanations();
offerValues();
keepOpen();
prepare(document);
document.body.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
// A refusal holds the reasons: they are shown where the answer would have stood.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if ([404, 409, 422, 503].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
