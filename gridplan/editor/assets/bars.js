/* The bars over the map: tools, what may be done with what is chosen, live totals of a stroke, facts under the pointer.
   */
const BAR_STEPS = ["submit", "approve", "send_back", "take_back", "adopt"],
  MAIN_STEPS = ["submit", "approve"];

class Bars {
  constructor(editor) {
    this.editor = editor;
    const { actions } = editor;
    this.tools = ["choose", "brush", "lasso", "line"].map((name) =>
      this.button(name, `tool.${name}`, TOOL_KEYS[name], () => editor.use(name)),
    );
    this.undo = this.button("undo", "undo", "Ctrl+Z", () => actions.undo());
    this.redo = this.button("redo", "redo", "Ctrl+Shift+Z", () => actions.redo());
    this.size = make("input", {
      type: "range",
      min: "4",
      max: "150",
      data: { label: "brush.size" },
      on: {
        input: () => {
          editor.tools.brush.radius = Number(this.size.value);
          editor.sized();
        },
      },
    });
    this.sizeBox = make(
      "label",
      { class: "gp-size", hidden: true },
      make("span", { data: { word: "brush.size" } }),
      this.size,
    );
    const group = (...buttons) => make("div", { class: "gp-group" }, buttons);
    this.toolbar = make(
      "div",
      { class: "gp-toolbar", role: "toolbar", data: { label: "toolbar" } },
      group(this.button("panel", "panel.toggle", "\\", () => editor.togglePanel())),
      group(this.tools),
      this.sizeBox,
      group(this.undo, this.redo),
      group(
        this.text("act.repair.all", () => actions.repair([])),
        this.text("act.lock.all", () => actions.lockAll()),
      ),
      (this.review = make("div", { class: "gp-group gp-review", hidden: true })),
      group(
        this.button("layers", "base.title", "", () => editor.background.toggle()),
        this.button("help", "help.title", "?", () => editor.help()),
      ),
      group(
        (this.language = make("button", {
          type: "button",
          class: "gp-textbutton",
          data: { word: "language" },
          on: { click: () => editor.speak() },
        })),
      ),
    );
    this.zoomer = make(
      "div",
      { class: "gp-zoomer gp-group" },
      this.button("nearer", "nearer", "+", () => editor.view.map.zoomIn({ animate: !editor.view.slow })),
      this.button("farther", "farther", "−", () => editor.view.map.zoomOut({ animate: !editor.view.slow })),
      this.button("whole", "whole", "0", () => editor.view.go(editor.view.whole)),
    );
    this.live = make("div", { class: "gp-live", role: "status", hidden: true });
    this.facts = make("div", { class: "gp-facts", hidden: true });
    this.bar = make("div", { class: "gp-bar-actions", role: "toolbar", hidden: true, data: { label: "actions" } });
    this.busy = make(
      "div",
      { class: "gp-busy", hidden: true, role: "status" },
      make("span", { data: { word: "busy" } }),
    );
    this.credit = make("div", { class: "gp-credit" });
    this.legend = make("details", { class: "gp-legend" }, make("summary", { data: { word: "legend" } }));
    ["open", "proved"].forEach((name) =>
      this.legend.append(
        make(
          "p",
          {},
          make("span", { class: `gp-swatch gp-${name}` }),
          make("span", { data: { word: `legend.${name}` } }),
        ),
      ),
    );
    this.legend.append(
      make("p", {}, make("span", { class: "gp-key gp-key-grid" }), make("span", { data: { word: "legend.border" } })),
      make(
        "p",
        {},
        make("span", { class: "gp-key gp-key-community" }),
        make("span", { data: { word: "legend.community" } }),
      ),
      make("p", {}, icon("lock"), make("span", { data: { word: "legend.locked" } })),
      make("p", { class: "gp-soft", data: { word: "legend.colours" } }),
    );
  }

  button(name, word, key, act) {
    return make(
      "button",
      {
        type: "button",
        class: "gp-tool",
        data: { name, hint: word, label: word, ...(key ? { key } : {}) },
        on: { click: act },
      },
      icon(name),
    );
  }

  text(word, act) {
    return make("button", { type: "button", class: "gp-textbutton gp-edit", data: { word }, on: { click: act } });
  }

  refresh() {
    const { editor } = this,
      { history, editable } = editor.model;
    this.tools.forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.name === editor.toolName));
      button.disabled = !editable && button.dataset.name !== "choose";
    });
    this.undo.disabled = !editable || !history.undo;
    this.redo.disabled = !editable || !history.redo;
    this.toolbar.querySelectorAll(".gp-edit").forEach((button) => {
      button.disabled = !editable;
    });
    this.steps();
    this.sizeBox.hidden = editor.toolName !== "brush";
    this.size.value = editor.tools.brush.radius;
    this.actionBar();
  }

  /* The state of the plan and the steps that it may take now. */
  steps() {
    const { editor, review } = this,
      { model, words } = editor,
      able = new Set(editor.host.step ? model.may : []);
    /* What one submitted oneself is taken back, and not sent back. */
    if (able.has("take_back") && !able.has("approve")) { able.delete("send_back"); }
    const may = BAR_STEPS.filter((name) => able.has(name));
    const shown = [words.language, model.state, ...may].join(" ");
    review.hidden = !editor.host.step;
    if (review.dataset.shown === shown) { return; }
    const held = review.contains(document.activeElement);
    review.dataset.shown = shown;
    review.replaceChildren(
      make("span", {
        class: `gp-state gp-state-${model.state}`,
        role: "status",
        text: words.say(`state.${model.state}`),
      }),
      ...may.map((name) =>
        make("button", {
          type: "button",
          class: `gp-textbutton${MAIN_STEPS.includes(name) ? " gp-main" : ""}`,
          text: words.say(`step.${name}`),
          on: { click: () => editor.step(name) },
        }),
      ),
    );
    if (held) {
      (review.querySelector("button") || editor.view.map.getCanvas()).focus({ preventScroll: true });
    }
  }

  /* What may be done with the line, the picked atoms or the chosen grids. */
  actionBar() {
    const { editor } = this,
      { words, model, actions, picks, chosen, active } = editor;
    const act = (text, run, off) =>
      make("button", { type: "button", class: "gp-small", text, disabled: off || !model.editable, on: { click: run } });
    const clear = make(
      "button",
      {
        type: "button",
        class: "gp-plain",
        title: words.say("clear"),
        "aria-label": words.say("clear"),
        on: { click: () => editor.clear() },
      },
      icon("close"),
    );
    let parts = null;
    if (editor.trial.patch) {
      parts = [make("span", { text: editor.trial.text }), act(words.say("trial.do"), editor.trial.act)];
    } else if (editor.line) {
      const { slot, places } = editor.line,
        locked = slot !== null && model.slots[slot].row.locked,
        done = () => editor.tools.line.cancel();
      parts = [
        make("span", { text: words.say("bar.line") }),
        slot === null
          ? null
          : act(
              words.say("bar.split", { grid: actions.number(slot) }),
              () => {
                actions.splitLine(slot, places);
                done();
              },
              locked,
            ),
        act(words.say("bar.cannot_cross"), () => {
          actions.cannotCross(places);
          done();
        }),
      ];
    } else if (picks.size) {
      const households = model.sum(picks);
      parts = [
        make("span", {
          text: words.say("bar.atoms", { count: words.number(picks.size), households: words.number(households) }),
        }),
        act(
          active === null ? words.say("bar.move.none") : words.say("bar.move", { grid: actions.number(active) }),
          () => actions.movePicked(),
          active === null,
        ),
        act(words.say("bar.newgrid"), () => actions.newGrid()),
        act(words.say("bar.special"), () => actions.special()),
        act(words.say("bar.must_link"), () => actions.link("must_link"), picks.size < 2),
        act(words.say("bar.cannot_link"), () => actions.link("cannot_link"), picks.size < 2),
      ];
    } else if (chosen.size && actions.targets.length > 1) {
      const slots = actions.targets,
        total = slots.reduce((sum, slot) => sum + model.householdsOf(slot), 0);
      parts = [
        make("span", {
          text: words.say("bar.grids", { count: words.number(slots.length), households: words.number(total) }),
        }),
        act(words.say("act.merge"), () => actions.merge()),
        act(words.say("act.rebalance"), () => actions.rebalance()),
        act(words.say("act.repair"), () => actions.repair()),
        act(words.say("act.lock"), () => actions.lock()),
      ];
    }
    /* The focus would be lost with the button that has it. */
    if (this.bar.contains(document.activeElement)) {
      editor.view.map.getCanvas().focus({ preventScroll: true });
    }
    this.bar.hidden = !parts;
    this.bar.replaceChildren(...(parts ? [...parts.filter(Boolean), clear] : []));
  }

  /* The totals of both sides while the button is down. */
  stroke() {
    const { editor } = this,
      { model, words } = editor,
      { brush } = editor.tools,
      slots = brush.parties;
    this.live.hidden = !slots.length;
    if (!slots.length) { return; }
    this.live.replaceChildren(
      ...slots.slice(0, 5).map((slot, place) => {
        const { row, delta } = model.slots[slot],
          status = model.statusOf(slot),
          side = model.sideOf(slot);
        const verdict =
          side === 0
            ? words.say("live.in")
            : words.say(side < 0 ? "live.below" : "live.above", {
                low: words.number(row.low),
                high: words.number(row.high),
              });
        return make(
          "p",
          { class: `gp-${status}` },
          make("b", { text: `${place ? "−" : "+"} ${editor.actions.number(slot)}` }),
          make("span", { text: words.number(model.householdsOf(slot)) }),
          make("small", { text: words.signed(delta) }),
          rangeBar(row, model.householdsOf(slot), status),
          make("em", { text: verdict }),
        );
      }),
      ...(slots.length > 5 ? [make("p", { text: words.say("live.more", { count: slots.length - 5 }) })] : []),
      ...refusals(brush.reasons, words).map((text) => make("p", { class: "gp-refused", text })),
    );
  }

  hover(atom) {
    this.facts.hidden = atom < 0 || this.editor.painting;
    if (this.facts.hidden) { return; }
    const { model, words, actions } = this.editor,
      slot = model.shown[atom],
      compound = model.compound[atom];
    this.facts.replaceChildren(
      make("b", { text: model.ids[atom] }),
      make("span", { text: words.say("hover.households", { households: words.number(model.households[atom]) }) }),
      compound ? make("span", { text: String(compound) }) : "",
      make("span", {
        text: words.say("hover.grid", {
          grid: actions.number(slot),
          households: words.number(model.householdsOf(slot)),
        }),
      }),
    );
  }
}
