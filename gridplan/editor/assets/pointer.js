/* The pointer on the map: gives each tool its strokes, and leaves to the map what no tool takes (two fingers, other
   buttons). */
class Pointer {
  constructor(editor) {
    this.editor = editor;
    this.map = editor.view.map;
    this.fingers = new Map();
    this.stroke = null;
    const place = this.map.getContainer(),
      canvas = this.map.getCanvasContainer();
    const on = (name, act, more) => place.addEventListener(name, act, more);
    on("pointerdown", (event) => this.down(event), true);
    on("pointermove", (event) => this.move(event), true);
    on("pointerup", (event) => this.up(event), true);
    on("pointercancel", (event) => this.up(event, true), true);
    on("pointerleave", () => editor.hover(null));
    /* MapLibre listens to the mouse and to touches: what a tool took must not move the map as well. */
    ["mousedown", "touchstart", "touchmove"].forEach((name) =>
      on(
        name,
        (event) => {
          if (this.stroke && canvas.contains(event.target) && !(event.touches && event.touches.length > 1)) {
            event.stopPropagation();
            if (event.cancelable && name !== "mousedown") { event.preventDefault(); }
          }
        },
        { capture: true, passive: false },
      ),
    );
    on("contextmenu", (event) => event.preventDefault());
    this.map.on("click", (event) => {
      if (this.editor.tool.click) { this.editor.tool.click(this.spotOf(event), event.originalEvent); }
    });
    this.map.on("move", () => {
      this.scale = null;
      editor.overlay.draw();
      editor.schedule();
    });
  }

  spotOf(event) { return this.editor.model.land.spot(event.lngLat); }

  /* Where the pointer is: on the screen, and in the units of the land. */
  at(event) {
    const frame = this.map.getContainer().getBoundingClientRect(),
      x = event.clientX - frame.left,
      y = event.clientY - frame.top;
    return { x, y, spot: this.editor.model.land.spot(this.map.unproject([x, y])) };
  }

  /* How many units of the land a pixel is, east and north. */
  get perPixel() {
    if (!this.scale) {
      const { width, height } = this.map.getCanvas().getBoundingClientRect(),
        { land } = this.editor.model;
      const [x0, y0] = land.spot(this.map.unproject([width / 2, height / 2])),
        [x1, y1] = land.spot(this.map.unproject([width / 2 + 1, height / 2 - 1]));
      this.scale = [x1 - x0, y1 - y0];
    }
    return this.scale;
  }

  down(event) {
    if (!this.map.getCanvasContainer().contains(event.target)) { return; }
    this.fingers.set(event.pointerId, event);
    if (this.fingers.size > 1) {
      this.cancel();
      return;
    }
    const { tool, held } = this.editor;
    if (!tool.begin || held || event.button !== 0) { return; }
    const at = this.at(event);
    if (tool.begin(at, event)) {
      this.stroke = { id: event.pointerId, tool };
      this.map.getCanvasContainer().setPointerCapture(event.pointerId);
      this.map.getCanvas().focus({ preventScroll: true });
      event.preventDefault();
    }
  }

  move(event) {
    if (this.stroke && this.stroke.id === event.pointerId) {
      const all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
      (all.length ? all : [event]).forEach((each) => this.stroke.tool.extend(this.at(each)));
      this.editor.cursor(this.at(event));
      this.editor.schedule();
    } else if (event.pointerType !== "touch" && this.map.getCanvasContainer().contains(event.target)) {
      const at = this.at(event);
      this.editor.cursor(at);
      if (!event.buttons) { this.editor.hover(at.spot); }
      if (this.editor.tool.over) { this.editor.tool.over(at); }
    }
  }

  /* Enter on the map acts at the cross in its middle. */
  enter(shift) {
    const { editor, map } = this,
      at = {
        x: map.getCanvas().clientWidth / 2,
        y: map.getCanvas().clientHeight / 2,
        spot: editor.model.land.spot(map.getCenter()),
      };
    if (editor.toolName === "choose") {
      editor.tool.click(at.spot, { shiftKey: shift });
    } else if (editor.toolName === "line" && shift) {
      editor.tool.finish();
    } else {
      const event = { shiftKey: shift, altKey: false };
      if (editor.tool.begin(at, event)) { editor.tool.end(at, event); }
    }
    editor.hover(at.spot);
  }

  up(event, lost) {
    this.fingers.delete(event.pointerId);
    if (!this.stroke || this.stroke.id !== event.pointerId) { return; }
    const { tool } = this.stroke;
    /* A lost pointer is one that the system took for itself: what it drew is given up. */
    if (lost) {
      tool.cancel();
    } else { tool.end(this.at(event), event); }
    setTimeout(() => {
      this.stroke = null;
    });
  }

  cancel() {
    if (!this.stroke) { return; }
    this.stroke.tool.cancel();
    this.stroke = null;
  }
}

/* Lines over the map that follow it: the ring of the brush, the lasso, the line that splits. */
class Overlay {
  constructor(editor, place) {
    this.editor = editor;
    this.picture = drawn("svg", { class: "gp-overlay", "aria-hidden": "true" });
    this.line = drawn("path", { class: "gp-drawn" });
    this.case = drawn("path", { class: "gp-drawn-case" });
    this.ring = make("div", { class: "gp-ring", hidden: true, "aria-hidden": "true" });
    this.picture.append(this.case, this.line);
    place.append(this.picture, this.ring);
    this.set([], false);
  }

  set(places, closed) {
    this.places = places;
    this.closed = closed;
    this.draw();
  }

  draw() {
    const { map } = this.editor.view,
      { land } = this.editor.model;
    const path = this.places
      .map(([x, y], at) => {
        const point = map.project(land.lonlat(x, y));
        return `${at ? "L" : "M"}${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
      })
      .join("");
    this.picture.style.display = path ? "" : "none";
    [this.line, this.case].forEach((each) => each.setAttribute("d", path && this.closed ? `${path}Z` : path));
  }

  /* The ring of a brush that is over what it may not take. */
  warn(is) { this.ring.classList.toggle("gp-ring-no", is); }

  circle(at, radius) {
    this.ring.hidden = !at;
    if (at) { this.last = at; }
    if (!this.last) { return; }
    this.ring.style.width = this.ring.style.height = `${2 * radius}px`;
    const [x, y] = [this.last.x, this.last.y].map((middle) => (middle - radius).toFixed(1));
    this.ring.style.transform = `translate(${x}px, ${y}px)`;
  }
}
