/* Words in the language that is chosen, numbers, and elements. Every name of a plan is set as text, never as markup. */
class Words {
  constructor(words, language) {
    this.words = words;
    this.formats = {};
    this.language = language === "zh" ? "zh" : "en";
  }

  knows(key) { return key in this.words[this.language]; }

  say(key, facts = {}) {
    return this.words[this.language][key].replace(/\{(\w+)\}/g, (whole, name) => String(facts[name]));
  }

  /* A sentence that the plan has in both languages, as `message` and `message_zh`. */
  own(row, name) { return (this.language === "zh" ? row[`${name}_zh`] : null) || row[name] || ""; }

  number(value, digits = 0) {
    if (value === null || value === undefined) { return this.say("unknown"); }
    const name = `${this.language} ${digits}`;
    /* Made once: a new one for each number would take most of a frame. */
    this.formats[name] = this.formats[name] || new Intl.NumberFormat(this.html(), { maximumFractionDigits: digits });
    return this.formats[name].format(value);
  }

  signed(value) { return (value > 0 ? "+" : value < 0 ? "−" : "±") + this.number(Math.abs(value)); }

  html() { return this.language === "zh" ? "zh-CN" : "en-GB"; }

  /* A line of the history. */
  edit(each) {
    const when = each.when ? new Date(each.when) : null,
      time =
        when && !Number.isNaN(when.getTime())
          ? when.toLocaleString(this.html(), { dateStyle: "short", timeStyle: "short" })
          : each.when || "";
    const key = ["operation", "step"].map((kind) => `${kind}.${each.operation}`).find((known) => this.knows(known));
    const name = key ? this.say(key) : each.operation;
    return [each.number === undefined ? name : `${each.number}. ${name}`, each.who, time, each.note]
      .filter(Boolean)
      .join(" · ");
  }

  /* Sets the words of all elements below that name one: data-word its text, data-label its label, data-hint its title.
     */
  translate(root) {
    root.lang = this.language === "zh" ? "zh-CN" : "en";
    const each = (name, act) =>
      root.querySelectorAll(`[data-${name}]`).forEach((element) => act(element, this.say(element.dataset[name])));
    each("word", (element, text) => {
      element.textContent = text;
    });
    each("label", (element, text) => element.setAttribute("aria-label", text));
    each("hint", (element, text) => {
      element.title = element.dataset.key ? `${text} (${element.dataset.key})` : text;
    });
  }
}

/* The element with facts (class, text, data, on for events, else attributes) and children; null children are left out.
   */
function make(tag, facts = {}, ...children) {
  const element = document.createElement(tag);
  Object.entries(facts).forEach(([name, value]) => {
    if (value === null || value === undefined || value === false) { return; }
    if (name === "class") {
      element.className = value;
    } else if (name === "text") {
      element.textContent = value;
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else if (name === "on") {
      Object.entries(value).forEach(([event, act]) => element.addEventListener(event, act));
    } else { element.setAttribute(name, value === true ? "" : value); }
  });
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

function drawn(tag, facts) {
  const element = document.createElementNS(SVG, tag);
  Object.entries(facts).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}

const ICONS = {
  choose: "M5 3l6.2 16 2.2-6.6L20 10.2z",
  brush: "M20 4c-5 2-9 6-11 9l2 2c3-2 7-6 9-11zM8 14c-2 0-3 1.5-3 3 0 1.5-1 2.5-2 3 4 1 7-.5 7-4z",
  lasso: "M12 4c5 0 9 2.5 9 6s-4 6-9 6-9-2.5-9-6 4-6 9-6zM8 15.5c-2 1-2.5 3-1 4s3 0 2.5-1.5S7 16 6 17",
  line: "M4 5h16v14H4zM14 2.5l-4 7 4.5 5-3 7",
  undo: "M9 5L4 10l5 5M4 10h10a6 6 0 0 1 0 12h-2",
  redo: "M15 5l5 5-5 5M20 10H10a6 6 0 0 0 0 12h2",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  open: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.200",
  whole: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  nearer: "M12 5v14M5 12h14",
  farther: "M5 12h14",
  layers: "M12 4l9 5-9 5-9-5zM3 14l9 5 9-5",
  close: "M6 6l12 12M18 6L6 18",
  zoom: "M10.5 4a6.5 6.5 0 1 1-.01 0M15.5 15.5L21 21",
  help: "M9 9a3 3 0 1 1 4.5 2.600c-1 .6-1.5 1.200-1.5 2.400M12 18v.1",
  panel: "M4 5h16v14H4zM10 5v14",
};

/* A picture of one line, hidden from readers of the screen: the button that holds it has a label. */
function icon(name) {
  const picture = drawn("svg", { viewBox: "0 0 24 24", class: "gp-icon", "aria-hidden": "true" });
  picture.append(drawn("path", { d: ICONS[name] }));
  return picture;
}
