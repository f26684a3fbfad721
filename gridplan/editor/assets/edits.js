/* Edits on their way to the server: one at a time, shown before the answer, taken back when it is no, asked about when
   others edited meanwhile. An edit is { label, facts, atoms, to, grids, operations(model) }; atoms and to are what it
   shows at once. With `trial` it is not done: trial(answer) gets what it would do. */
class Edits {
  constructor(editor) {
    this.editor = editor;
    this.model = editor.model;
    this.host = editor.host;
    this.queue = [];
    this.heard = [];
    this.number = 0;
    this.busy = false;
    this.halted = false;
    this.host.listen((news) => {
      this.heard.push(news);
      this.listen();
    });
  }

  push(edit) {
    if (!this.model.editable) {
      this.editor.notes.problem({ title: this.editor.say("readonly"), detail: "" });
      this.model.revert(edit.atoms || []);
      return;
    }
    const full = { atoms: [], to: null, grids: [], facts: {}, ...edit };
    this.queue.push(full);
    if (full.to !== null) { full.atoms.forEach((atom) => this.model.show(atom, full.to)); }
    this.editor.schedule();
    this.pump();
  }

  async pump() {
    if (this.busy || this.halted || !this.queue.length) {
      this.editor.busy(this.busy);
      return;
    }
    this.busy = true;
    this.editor.busy(true);
    const edit = this.queue[0];
    try {
      const request = {
        request: ++this.number,
        revision: this.model.revision,
        operations: edit.operations(this.model),
      };
      if (edit.trial) { request.trial = true; }
      this.answered(edit, await this.host.edit(request));
    } catch (error) { this.halt(edit, error); }
    this.busy = false;
    this.editor.busy(false);
    if (this.conflict) {
      const found = this.conflict;
      this.conflict = null;
      await this.meet(found);
    }
    this.listen();
    this.pump();
  }

  answered(edit, answer) {
    if (answer.patch && edit.trial) {
      this.queue.shift();
      edit.trial(answer);
    } else if (answer.patch) {
      this.queue.shift();
      this.take(answer.patch, answer.revision, [edit, ...this.queue], this.queue);
      this.editor.done(edit);
    } else if (answer.problem.status === 412) {
      this.conflict = answer;
      this.halted = true;
    } else {
      this.drop(edit);
      this.editor.notes.problem(answer.problem);
    }
  }

  /* The previews that are shown now are taken away, the patch goes in, and those that still wait are shown over it. */
  take(patch, revision, shown, waiting) {
    shown.forEach((edit) => this.model.revert(edit.atoms));
    this.model.apply(patch, revision, waiting);
    this.editor.patched(patch);
  }

  drop(edit) {
    const shown = this.queue.slice();
    this.queue = this.queue.filter((other) => other !== edit);
    shown.forEach((other) => this.model.revert(other.atoms));
    this.model.replay(this.queue);
    this.editor.schedule();
  }

  /* The server was not reached: the edit stays, and is sent again or given up. */
  halt(edit, error) {
    this.halted = true;
    const { editor } = this,
      resume = () => {
        this.halted = false;
        this.pump();
      };
    editor.ask({
      title: editor.say("lost.title"),
      text: editor.say("lost.text", { why: error && error.message ? error.message : String(error) }),
      answers: [
        { word: "lost.again", main: true, act: resume },
        {
          word: "lost.drop",
          act: () => {
            this.drop(edit);
            resume();
          },
        },
      ],
    });
  }

  /* Others edited: what they did goes in below our edits; those that they did not touch may be applied again. */
  async meet() {
    const { editor, model } = this;
    this.queue = this.queue.filter((edit) => !edit.trial);
    let scene;
    try {
      scene = await this.host.scene();
    } catch (error) {
      this.halt(this.queue[0], error);
      return;
    }
    if (!model.alike(scene)) {
      editor.restart(scene);
      return;
    }
    const before = model.history.edits.reduce((most, each) => Math.max(most, each.number), -1);
    const theirs = scene.history.edits.filter((each) => each.number > before),
      patch = model.difference(scene);
    const atoms = new Set(patch.atoms.row);
    const codes = new Set([
      ...patch.gone,
      ...patch.atoms.grid,
      ...patch.atoms.row.map((atom) => model.slots[model.truth[atom]].row.code),
    ]);
    this.queue.forEach((edit) => {
      edit.overlaps =
        edit.atoms.some((atom) => atoms.has(atom)) || edit.grids.some((slot) => codes.has(model.slots[slot].row.code));
      edit.mine = edit.operations(model);
    });
    this.take(
      patch,
      scene.revision,
      this.queue,
      this.queue.filter((edit) => !edit.overlaps),
    );
    this.heard = this.heard.filter((news) => news.revision > scene.revision);
    if (this.queue.length) {
      this.choose(theirs, patch);
      return;
    }
    editor.view.shades.flash(patch.atoms.row);
    this.halted = false;
  }

  choose(theirs, patch) {
    const { editor } = this,
      free = this.queue.filter((edit) => !edit.overlaps),
      met = this.queue.filter((edit) => edit.overlaps);
    const finish = (kept) => {
      const dropped = this.queue.filter((edit) => !kept.includes(edit));
      this.queue.slice().forEach((edit) => {
        if (dropped.includes(edit)) { this.drop(edit); }
      });
      const atoms = met.flatMap((edit) => edit.atoms);
      if (atoms.length) { editor.pick(atoms, false); }
      this.halted = false;
      this.pump();
    };
    editor.view.shades.flash(patch.atoms.row);
    editor.ask({
      title: editor.say("conflict.title"),
      text: editor.say("conflict.text"),
      lists: [
        { title: editor.say("conflict.theirs"), rows: theirs.map((each) => editor.words.edit(each)) },
        {
          title: editor.say("conflict.mine"),
          rows: this.queue.map(
            (edit) => editor.say(edit.label, edit.facts) + (edit.overlaps ? ` · ${editor.say("conflict.met")}` : ""),
          ),
        },
      ],
      answers: [
        {
          word: met.length && free.length ? "conflict.some" : "conflict.again",
          main: true,
          off: !free.length,
          act: () => finish(free),
        },
        { word: "conflict.drop", act: () => finish([]) },
      ],
    });
  }

  /* The plan is of other land now: all of it is drawn anew. */
  async again() {
    try {
      this.editor.restart(await this.host.scene());
    } catch (error) {
      this.editor.notes.problem({ title: this.editor.say("failed"), detail: error.message });
    }
  }

  /* Edits of others, in order, when none of ours is on its way. */
  listen() {
    if (this.busy || this.halted) { return; }
    this.heard.sort((one, other) => one.revision - other.revision);
    while (this.heard.length) {
      const news = this.heard.shift();
      if (news.revision <= this.model.revision) { continue; }
      if (!news.patch) {
        this.again();
        return;
      }
      this.take(news.patch, news.revision, this.queue, this.queue);
      this.editor.view.shades.flash(news.patch.atoms.row);
      this.editor.heard(news);
    }
  }
}
