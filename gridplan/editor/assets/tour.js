/* From finding to finding on the map. */
class Tour {
  constructor(editor) { this.editor = editor; }

  go(finding) {
    const slot = this.editor.model.slotOf.get(finding.grid);
    if (slot !== undefined) { this.editor.activate(slot); }
    if (finding.bbox) {
      this.editor.view.go(finding.bbox);
    } else if (slot !== undefined) { this.editor.zoom(slot); }
  }

  next(step) {
    const { items, current } = this.editor.panel.findings;
    if (!items.length) { return; }
    const place =
      this.visited === undefined ? (step > 0 ? 0 : items.length - 1) : (current + step + items.length) % items.length;
    this.visited = true;
    this.editor.panel.findings.reveal(items[place]);
    this.go(items[place]);
  }
}
