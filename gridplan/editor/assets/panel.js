/* The panel beside the map: name and state, totals, find, and the tabs of grids, findings and history. */
class Panel {
  constructor(editor) {
    this.editor = editor;
    this.grids = new GridsTab(editor);
    this.findings = new LongList({
      label: "findings.list",
      height: 76,
      draw: (finding) => this.finding(finding),
      act: (finding) => editor.tour.go(finding),
    });
    this.history = make("ol", { class: "gp-history" });
    this.title = make("h2", { class: "gp-title" });
    this.state = make("p", { class: "gp-soft" });
    this.branch = make(
      "div",
      { class: "gp-branch", hidden: true },
      make("p", { class: "gp-soft", data: { word: "branch.why" } }),
      make("button", {
        type: "button",
        class: "gp-main",
        data: { word: "branch.make" },
        on: { click: (event) => this.makeBranch(event.currentTarget) },
      }),
    );
    this.held = make("div", { class: "gp-held", hidden: true });
    this.totals = make("dl", { class: "gp-totals" });
    this.find = new Find(editor);
    const names = ["grids", "findings", "history"];
    this.pages = {
      grids: this.grids.place,
      findings: make("div", { class: "gp-tab", hidden: true }, this.findings.box),
      history: make("div", { class: "gp-tab gp-scroll", hidden: true }, this.history),
    };
    this.tabs = names.map((name, place) =>
      make(
        "button",
        {
          type: "button",
          role: "tab",
          class: "gp-tabbutton",
          "aria-selected": String(!place),
          data: { name },
          on: { click: () => this.open(name), keydown: (event) => this.step(event, names, name) },
        },
        make("span", { data: { word: `tab.${name}` } }),
        make("small"),
      ),
    );
    names.forEach((name) => {
      this.pages[name].setAttribute("role", "tabpanel");
      this.pages[name].dataset.label = `tab.${name}`;
    });
    this.place = make(
      "aside",
      { class: "gp-panel", data: { label: "panel" } },
      make("header", {}, this.title, this.state, this.held, this.branch, this.totals, this.find.place),
      make("div", { class: "gp-tabs", role: "tablist", data: { label: "tabs" } }, this.tabs),
      Object.values(this.pages),
    );
  }

  open(name) {
    this.tabs.forEach((tab) => tab.setAttribute("aria-selected", String(tab.dataset.name === name)));
    this.tabs.forEach((tab) => {
      tab.tabIndex = tab.dataset.name === name ? 0 : -1;
    });
    Object.entries(this.pages).forEach(([each, page]) => {
      page.hidden = each !== name;
    });
  }

  step(event, names, name) {
    const steps = { ArrowRight: 1, ArrowLeft: names.length - 1 };
    if (!(event.key in steps)) { return; }
    const next = names[(names.indexOf(name) + steps[event.key]) % names.length];
    this.open(next);
    this.tabs.find((tab) => tab.dataset.name === next).focus();
    event.stopPropagation();
  }

  /* Leads to the branch where there is one; until then the button rests, so that there are not two. */
  async makeBranch(button) {
    const { editor } = this;
    button.disabled = true;
    const { problem } = await editor.host
      .branch(editor.words.language)
      .catch((error) => ({ problem: { title: editor.say("branch.failed"), detail: error.message } }));
    if (problem) {
      editor.notes.problem(problem);
      button.disabled = false;
    }
  }

  refresh() {
    const { editor } = this,
      { model, words } = editor,
      { totals } = model;
    this.title.textContent = model.name;
    this.state.textContent =
      words.say("revision", {
        revision: model.revision,
        state: words.knows(`state.${model.state}`) ? words.say(`state.${model.state}`) : model.state,
      }) + (model.editable ? "" : ` · ${words.say("readonly")}`);
    this.branch.hidden = model.editable || !editor.host.branch || ["submitted", "approved"].includes(model.state);
    const shown = ["households", "grids", "in_range"]
      .filter((name) => totals[name] !== undefined)
      .map((name) => [name, totals[name]]);
    shown.push(["findings", model.findings.length]);
    this.totals.replaceChildren(
      ...shown.map(([name, value]) =>
        make("div", {}, make("dt", { text: words.say(`total.${name}`) }), make("dd", { text: words.number(value) })),
      ),
    );
    this.find.input.placeholder = words.say("find.place");
    this.grids.refresh();
    this.grids.show();
    const open = model.findings.slice().sort((one, other) => Number(one.proof) - Number(other.proof));
    this.findings.set(open);
    this.tabs[1].querySelector("small").textContent = words.number(open.length);
    this.holds();
    const steps = (model.steps || []).map((each) => make("li", { class: "gp-step", text: words.edit(each) }));
    this.history.replaceChildren(
      ...steps,
      ...(model.history.edits.length
        ? model.history.edits
            .slice()
            .reverse()
            .slice(0, 200)
            .map((each) => make("li", { text: words.edit(each) }))
        : [make("li", { class: "gp-hint", text: words.say("history.none") })]),
    );
  }

  /* The last step with its note, where the plan is adopted, and the form of what changed. */
  holds() {
    const { editor } = this,
      { model, words, host } = editor,
      [step] = model.steps || [],
      adopted = model.adopted || [];
    const link = (text, href) => make("a", { href, text }),
      parts = [];
    if (step) { parts.push(make("p", { class: "gp-laststep", text: words.edit(step) })); }
    if (adopted.length && host.collections) {
      parts.push(
        make(
          "p",
          {},
          `${words.say("held.in")} `,
          ...adopted
            .slice(0, 12)
            .flatMap(({ community, name }, place) => [
              place ? " · " : "",
              link(name || community, host.collections(community)),
            ]),
        ),
      );
    }
    if (model.against && model.state !== "draft" && host.registration) {
      const form = (name, text) => link(text, host.registration(model.against, name, words.language));
      parts.push(make("p", {}, `${words.say("held.registration")} `, form("xlsx", "Excel"), " · ", form("pdf", "PDF")));
    }
    this.held.hidden = !parts.length;
    this.held.replaceChildren(...parts);
  }

  finding(finding) {
    const { editor } = this,
      { words, model } = editor,
      status = finding.proof ? "proved" : "open";
    const slot = model.slotOf.get(finding.grid),
      waiver = words.own(finding, "waiver");
    const level = words.knows(`level.${finding.level}`) ? words.say(`level.${finding.level}`) : finding.level;
    const zone = finding.level === "grid" && slot !== undefined ? model.slots[slot].row.number : finding.zone;
    const head = make(
      "span",
      { class: "gp-pair" },
      make("b", { text: `${level} ${zone}` }),
      make("span", { class: `gp-tag gp-${status}`, text: words.say(`status.${status}`) }),
    );
    const text = words.own(finding, "message") + (waiver ? ` ${words.say("findings.waiver", { waiver })}` : "");
    const mend =
      model.editable && slot !== undefined && !model.slots[slot].row.locked && !finding.proof
        ? make("button", {
            type: "button",
            class: "gp-small",
            tabindex: "-1",
            text: words.say("act.repair"),
            on: {
              click: (event) => {
                event.stopPropagation();
                editor.actions.repair([slot]);
              },
            },
          })
        : null;
    return make(
      "div",
      { class: "gp-finding", title: text, "aria-label": `${words.say(`status.${status}`)} ${text}` },
      head,
      make("span", { class: "gp-text", text }),
      mend,
    );
  }
}
