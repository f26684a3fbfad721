/* Questions, short notes and problems. */
class Notes {
  constructor(editor) {
    this.editor = editor;
    this.place = make("div", { class: "gp-notes" });
    this.polite = make("div", { "aria-live": "polite" });
    this.urgent = make("div", { role: "alert" });
    this.place.append(this.polite, this.urgent);
  }

  /* A note that goes by itself. */
  say(text) {
    const note = make("p", { class: "gp-note", text });
    this.polite.replaceChildren(note);
    setTimeout(() => note.remove(), 6000);
  }

  /* A problem stays until it is closed or an edit succeeds. */
  problem({ title, detail, code }) {
    const { words } = this.editor;
    this.urgent.replaceChildren(
      make(
        "div",
        { class: "gp-problem" },
        make(
          "div",
          {},
          make("b", { text: title }),
          detail ? make("p", { text: detail }) : null,
          code ? make("small", { text: code }) : null,
        ),
        make(
          "button",
          { type: "button", class: "gp-plain", "aria-label": words.say("close"), on: { click: () => this.clear() } },
          icon("close"),
        ),
      ),
    );
  }

  clear() { this.urgent.replaceChildren(); }
}

/* A dialog inside the editor; gives its element after showing it. `body` are elements, `answers` the buttons. */
function openDialog(editor, { title, body, answers, closes }) {
  const { words } = editor,
    before = document.activeElement;
  const dialog = make("dialog", { class: "gp-dialog" });
  const leave = (act) => {
    dialog.remove();
    if (before && before.focus) { before.focus(); }
    if (act) { act(); }
  };
  const buttons = answers.map((answer) =>
    make("button", {
      type: "button",
      class: answer.main ? "gp-main" : "",
      text: words.say(answer.word),
      disabled: answer.off,
      on: { click: () => leave(answer.act) },
    }),
  );
  const heading = make("h2", { text: title, id: `gp-title-${(openDialog.made = (openDialog.made || 0) + 1)}` });
  dialog.append(heading, ...body, make("div", { class: "gp-answers" }, buttons));
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (closes) { leave(); }
  });
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  editor.root.append(dialog);
  dialog.showModal();
  const first =
    dialog.querySelector("input, textarea") ||
    dialog.querySelector("button.gp-main:not(:disabled)") ||
    dialog.querySelector("button:not(:disabled)");
  if (first) { first.focus(); }
  return { dialog, leave };
}

function askDialog(editor, { title, text, lists = [], answers }) {
  const body = [
    text ? make("p", { text }) : null,
    ...lists.flatMap(({ title: head, rows }) => [
      head ? make("h3", { text: head }) : null,
      make(
        "ul",
        {},
        rows.slice(0, 12).map((row) => make("li", { text: row })),
      ),
    ]),
  ].filter(Boolean);
  return openDialog(editor, { title, body, answers, closes: answers.length === 1 });
}

function promptDialog(editor, { title, label, value, act, type = "text", min, max }) {
  const input = make("input", { type, value, min, max, required: true, maxlength: 200 });
  const send = () => {
    if (input.reportValidity() && input.value.trim()) { opened.leave(() => act(input.value.trim())); }
  };
  const opened = openDialog(editor, {
    title,
    closes: true,
    body: [make("label", {}, make("span", { text: label }), input)],
    answers: [{ word: "cancel" }],
  });
  opened.dialog
    .querySelector(".gp-answers")
    .prepend(make("button", { type: "button", class: "gp-main", text: editor.say("ok"), on: { click: send } }));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      send();
    }
  });
  input.select();
}

/* A step of the plan, with a note. It stays open until the step is taken, so that no note is lost. */
function stepDialog(editor, name) {
  const { model, words } = editor,
    open = model.findings.filter((finding) => !finding.proof).length;
  const needed = name === "send_back" || (name === "submit" && open > 0);
  const note = make("textarea", { rows: 3, maxlength: 1000, required: needed });
  const refused = make("p", { class: "gp-warn", role: "alert" });
  const texts = [
    words.say(`step.${name}.text`, {
      communities:
        model.communities.name.slice(0, 8).join(words.say("step.comma")) +
        (model.communities.name.length > 8 ? "……" : ""),
    }),
  ];
  if (open && name !== "send_back" && name !== "take_back") {
    texts.push(words.say("step.findings", { count: words.number(open) }));
  }
  const opened = openDialog(editor, {
    title: words.say(`step.${name}.title`),
    closes: true,
    answers: [{ word: "cancel" }],
    body: [
      ...texts.map((text) => make("p", { text })),
      make(
        "label",
        { class: "gp-noted" },
        make("span", { text: words.say(needed ? "step.note.needed" : "step.note") }),
        note,
      ),
      refused,
    ],
  });
  const send = make("button", {
    type: "button",
    class: "gp-main",
    text: words.say(`step.${name}`),
    on: {
      click: async () => {
        if (!note.reportValidity()) { return; }
        send.disabled = true;
        const body = {
          ...(note.value.trim() ? { note: note.value.trim() } : {}),
          ...(name === "adopt" ? { communities: "all" } : {}),
        };
        const { problem } = await editor.host
          .step(name, model.revision, body)
          .catch((error) => ({ problem: { title: words.say("step.failed"), detail: error.message } }));
        send.disabled = false;
        if (problem) {
          refused.textContent = [problem.detail || problem.title, problem.code].filter(Boolean).join(" · ");
        } else { opened.leave(); }
      },
    },
  });
  opened.dialog.querySelector(".gp-answers").prepend(send);
}

function helpDialog(editor) {
  const { words } = editor;
  const rows = SHORTCUTS.map(([keys, word]) => [
    make(
      "dt",
      {},
      keys.map((key) => make("kbd", { text: key })),
    ),
    make("dd", { text: words.say(word) }),
  ]);
  openDialog(editor, {
    title: words.say("help.title"),
    closes: true,
    body: [
      make("p", { text: words.say("help.text") }),
      make("dl", { class: "gp-keys" }, rows),
      make("p", { class: "gp-soft", text: words.say("help.touch") }),
    ],
    answers: [{ word: "close", main: true, act: () => {} }],
  });
}
