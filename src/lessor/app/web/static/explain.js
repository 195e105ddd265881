// A click on a number opens what it is made of, computed with the terms as they stand in the form.
export function offerExplanations() {
  document.addEventListener("click", (event) => {
    const number = event.target.closest("[data-explain]");
    const dialog = document.getElementById("explained");
    if (!number || !dialog) return;
    const values = Object.fromEntries(new FormData(document.getElementById("terms")));
    values.figure = number.dataset.explain;
    if (number.dataset.period) values.period = number.dataset.period;
    window.htmx
      .ajax("POST", dialog.dataset.explainAt, { target: "#explained-tree", values })
      .then(() => dialog.open || dialog.showModal());
  });
}
