// Where something that floats is put. By script, because the policy of the page allows no style in its markup.
const GAP = 4;

/** Below the place if there is room, else above; within the window. The element is fixed and visible. */
export function placeBelow(element: HTMLElement, place: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = element;
  const below = place.bottom + GAP;
  const above = place.top - GAP - height;
  const top = below + height <= innerHeight || above < 0 ? Math.min(below, Math.max(innerHeight - height, 0)) : above;
  const left = Math.max(Math.min(place.left, innerWidth - width - GAP * 2), GAP);
  element.style.left = `${Math.round(left)}px`;
  element.style.top = `${Math.round(top)}px`;
}
