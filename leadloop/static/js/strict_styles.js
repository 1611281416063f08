// The page's policy (style-src 'self') forbids style attributes written as text; the object model may set the same styles.
// ECharts writes fonts of SVG texts as text, so in this bundle the one call is led to the other.
export function styleByObjectModel() {
  const write = Element.prototype.setAttribute;
  SVGElement.prototype.setAttribute = function setAttribute(name, value) {
    if (name === "style") this.style.cssText = value;
    else write.call(this, name, value);
  };
}
