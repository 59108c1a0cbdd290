// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { enhanceWeights } from "../src/analyses/sliders.ts";

beforeEach(() => {
  document.body.innerHTML = `<form><label for="w">Weight of need</label><input id="w" name="need" value="5" data-most="10">
    <input name="date" value="2026-11-22"></form>`;
  enhanceWeights(document);
});

function parts(): { field: HTMLInputElement; slider: HTMLInputElement } {
  const field = document.querySelector<HTMLInputElement>("#w");
  const slider = document.querySelector<HTMLInputElement>("input[type=range]");
  if (!field || !slider) throw new Error("a part is missing");
  return { field, slider };
}

test("a weight gets a slider with its name, its value and its bounds", () => {
  const { slider } = parts();
  expect(slider.getAttribute("aria-label")).toBe("Weight of need");
  expect([slider.min, slider.max, slider.value]).toEqual(["0", "10", "5"]);
  expect(document.querySelectorAll("input[type=range]")).toHaveLength(1);
});

test("the slider has no name, so that the weight is sent once", () => {
  expect(parts().slider.name).toBe("");
});

test("slider and field follow each other", () => {
  const { field, slider } = parts();
  slider.value = "8";
  slider.dispatchEvent(new Event("input"));
  expect(field.value).toBe("8");
  field.value = "2";
  field.dispatchEvent(new Event("input"));
  expect(slider.value).toBe("2");
});

test("letting go asks again", () => {
  const { field, slider } = parts();
  const asked = vi.spyOn(field.form as HTMLFormElement, "requestSubmit").mockImplementation(() => undefined);
  slider.dispatchEvent(new Event("change"));
  expect(asked).toHaveBeenCalledOnce();
});
