/** Weights of an analysis as sliders: moving one asks again, so that the ranking is seen to change. */

/** Put a slider below each field that the server marks by data-most; the field itself stays and can be typed in. */
export function enhanceWeights(root: ParentNode): void {
  for (const field of root.querySelectorAll<HTMLInputElement>("input[data-most]")) {
    const most = Number(field.dataset.most);
    const value = Number(field.value);
    if (most > 0 && value >= 0) field.after(slider(field, Math.max(most, value)));
  }
}

function slider(field: HTMLInputElement, most: number): HTMLInputElement {
  const found = document.createElement("input");
  found.type = "range";
  found.min = "0";
  found.max = String(most);
  found.step = Number.isInteger(Number(field.value)) ? "1" : "any";
  found.value = field.value;
  found.setAttribute("aria-label", field.labels?.[0]?.textContent?.trim() ?? field.name);
  found.addEventListener("input", () => (field.value = found.value));
  field.addEventListener("input", () => (found.value = field.value));
  found.addEventListener("change", () => field.form?.requestSubmit());
  return found;
}
