/* The editor: what is chosen and which tool is in hand, and what all its parts are told. */
class Editor {
  constructor(root, host, options, scene) {
    Object.assign(this, { root, host, options });
    this.words = new Words(options.words, options.language);
    this.model = new Model(scene);
    this.active = null;
    this.chosen = new Set();
    this.picks = new Set();
    this.line = null;
    this.trial = new Trial(this);
    this.tour = new Tour(this);
    this.painting = false;
    this.held = false;
    this.toolName = "choose";
    this.frame = 0;
    this.notes = new Notes(this);
    this.actions = new Actions(this);
    this.background = new Background(this);
    this.tools = {
      choose: new ChooseTool(this),
      brush: new BrushTool(this),
      lasso: new LassoTool(this),
      line: new LineTool(this),
    };
    this.build();
    this.edits = new Edits(this);
    this.keys = new Keys(this);
    this.background.recall();
    this.translate();
    this.use("choose");
    this.busy(false);
    this.view.ready.then(() => this.background.apply());
  }

  build() {
    this.panel = new Panel(this);
    this.bars = new Bars(this);
    const map = make("div", { class: "gp-map" }),
      stage = make("main", { class: "gp-stage" }, map);
    this.stage = stage;
    this.frameBox = make("div", { class: "gp-frame" }, this.bars.toolbar, this.panel.place, stage);
    this.root.replaceChildren(this.frameBox);
    this.view = new View(this, map);
    this.view.fill = (slot) =>
      this.view.colours.of[slot] < this.options.fills.length
        ? this.options.fills[this.view.colours.of[slot]]
        : this.options.special;
    this.overlay = new Overlay(this, stage);
    this.cross = make("div", { class: "gp-cross", "aria-hidden": "true" });
    stage.append(
      this.cross,
      this.bars.live,
      this.bars.facts,
      this.bars.bar,
      this.bars.zoomer,
      this.bars.legend,
      this.bars.credit,
      this.bars.busy,
      this.background.place,
      this.notes.place,
    );
    this.view.map.getCanvas().dataset.label = "map";
    this.pointer = new Pointer(this);
  }

  get tool() { return this.tools[this.toolName]; }

  say(key, facts) { return this.words.say(key, facts); }

  /* Everything is drawn at most once a frame, however often it is asked for. */
  schedule() {
    if (!this.frame) {
      this.frame = requestAnimationFrame((now) => {
        this.frame = 0;
        this.draw(now);
      });
    }
  }

  draw(now) {
    const { model } = this;
    this.tools.brush.paint();
    const moved = model.touched.size > 0;
    this.view.update(now);
    this.bars.stroke();
    if (moved && this.painting && now - (this.listed || 0) > 100) {
      this.listed = now;
      this.panel.grids.list.draw();
      this.panel.grids.show();
    }
    if (moved && !this.painting) { this.refresh(); }
    if (this.hovered !== undefined) {
      this.bars.hover(this.hovered);
      this.hovered = undefined;
    }
    if (this.ringAt !== undefined) {
      this.overlay.circle(this.ringAt, this.tools.brush.radius);
      this.ringAt = undefined;
    }
  }

  refresh() {
    this.panel.refresh();
    this.bars.refresh();
  }

  translate() {
    this.words.translate(this.root);
    if (this.options.titled) {
      document.documentElement.lang = this.root.lang;
      document.title = this.say("title", { name: this.model.name });
    }
    this.refresh();
  }

  speak() {
    this.words.language = this.words.language === "zh" ? "en" : "zh";
    this.translate();
    this.view.signs.relabel();
  }

  use(name) {
    if (this.tool.cancel) { this.tool.cancel(); }
    this.toolName = name;
    this.styleCursor();
    this.cursor(null);
    this.bars.refresh();
  }

  styleCursor() { this.view.map.getCanvas().style.cursor = this.held ? "grab" : this.tool.cursor; }

  cursor(at) {
    this.ringAt = at && this.toolName === "brush" && !this.held ? at : null;
    this.schedule();
  }

  hover(spot) {
    this.hovered = spot ? this.model.space.at(...spot) : -1;
    this.schedule();
  }

  sized() {
    this.bars.size.value = this.tools.brush.radius;
    if (!this.overlay.ring.hidden) { this.overlay.circle(this.overlay.last, this.tools.brush.radius); }
  }

  activate(slot) {
    this.active = slot;
    this.chosen.clear();
    this.shown();
    if (slot !== null) { this.panel.grids.list.reveal(slot); }
  }

  toggle(slot) {
    if (this.active === null) {
      this.activate(slot);
      return;
    }
    if (slot === this.active) {
      this.active = null;
      if (this.chosen.size) {
        [this.active] = this.chosen;
        this.chosen.delete(this.active);
      }
    } else if (this.chosen.has(slot)) {
      this.chosen.delete(slot);
    } else { this.chosen.add(slot); }
    this.shown();
  }

  /* After the active grid or those that are chosen are others. */
  shown() {
    this.view.outline();
    this.panel.grids.refresh();
    this.panel.grids.show();
    this.bars.actionBar();
  }

  pick(atoms, add) {
    if (!add) { this.picks.clear(); }
    const drop = add && atoms.length === 1 && this.picks.has(atoms[0]);
    atoms.forEach((atom) => {
      if (drop) {
        this.picks.delete(atom);
      } else { this.picks.add(atom); }
    });
    this.view.shades.picked(this.picks);
    this.bars.actionBar();
  }

  drew(places, slot) {
    this.line = places ? { places, slot } : null;
    if (this.bars) { this.bars.actionBar(); }
  }

  moveAtoms(atoms, to) { this.actions.move(atoms, to); }

  zoom(slot) { this.view.go(this.model.land.bounds(this.model.slots[slot].atoms)); }

  clear() {
    if (this.tool.cancel) { this.tool.cancel(); }
    if (this.trial.patch) {
      this.trial.leave();
      return;
    }
    if (this.line) { this.tools.line.cancel(); }
    if (this.picks.size) {
      this.pick([], false);
    } else if (this.chosen.size) {
      this.chosen.clear();
      this.shown();
    } else { this.activate(null); }
    this.notes.clear();
  }

  find() {
    this.root.classList.remove("gp-closed");
    this.panel.find.input.focus();
    this.panel.find.input.select();
  }

  togglePanel() { this.root.classList.toggle("gp-closed"); }

  help() { helpDialog(this); }

  ask(question) { askDialog(this, question); }

  prompt(question) { promptDialog(this, question); }

  busy(is) {
    clearTimeout(this.waiting);
    this.root.setAttribute("aria-busy", String(is));
    if (is) {
      this.waiting = setTimeout(() => {
        this.bars.busy.hidden = false;
      }, 400);
    } else { this.bars.busy.hidden = true; }
  }

  /* After the answer to an edit. */
  done(edit) {
    this.notes.clear();
    this.notes.say(this.say(edit.label, edit.facts));
  }

  /* After any patch: what is chosen may be gone. */
  patched() {
    const { model } = this;
    this.trial.leave();
    if (this.active !== null) { this.active = model.heir(this.active); }
    this.chosen = new Set(
      [...this.chosen].map((slot) => model.heir(slot)).filter((slot) => slot !== null && slot !== this.active),
    );
    if (!model.editable && this.toolName !== "choose") { this.use("choose"); }
    this.schedule();
    this.refresh();
  }

  /* After what somebody else did, or a step of the plan. */
  heard({ who, operation }) {
    const step = `stepped.${operation}`;
    this.notes.say(this.say(this.words.knows(step) ? step : "others", { who: who || this.say("somebody") }));
  }

  step(name) {
    if (this.edits.queue.length) {
      this.notes.say(this.say("busy"));
      return;
    }
    stepDialog(this, name);
  }

  /* A step of the plan, or with its number an edit, as one line. */
  /* The plan has other atoms now: everything is made anew. */
  restart(scene) { this.options.restart(scene); }

  stop() {
    if (this.frame) { cancelAnimationFrame(this.frame); }
    this.keys.stop();
    this.background.stop();
    this.view.map.remove();
    this.root.replaceChildren();
  }
}
