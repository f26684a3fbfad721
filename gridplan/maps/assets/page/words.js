/* The words of the page, in the language that is chosen. Every name of the plan is set as text, never as markup. */
"use strict";
var PlanPage = { language: "en" };

PlanPage.load = function () {
  PlanPage.data = JSON.parse(document.getElementById("plan-data").textContent);
  PlanPage.language = PlanPage.data.language;
};

PlanPage.say = function (key, facts) {
  var sentence = PlanPage.data.words[PlanPage.language][key];
  return sentence.replace(/\{(\w+)\}/g, function (whole, name) { return String(facts[name]); });
};

PlanPage.count = function (value, digits) {
  if (value === null || value === undefined) { return PlanPage.say("unknown"); }
  var places = digits || 0;
  return value.toLocaleString(PlanPage.language === "zh" ? "zh-CN" : "en-GB",
    { minimumFractionDigits: places, maximumFractionDigits: places });
};

/* The element with a class, a text and children; all of them may be left out. */
PlanPage.make = function (tag, look, text, children) {
  var element = document.createElement(tag);
  if (look) { element.className = look; }
  if (text !== undefined && text !== null) { element.textContent = text; }
  (children || []).forEach(function (child) { element.appendChild(child); });
  return element;
};

PlanPage.status = function (status) {
  return PlanPage.make("span", "tag " + status, PlanPage.say("status." + status));
};

/* The range of a grid of that kind, null where it has none. */
PlanPage.range = function (level, kind) {
  return PlanPage.data.facts.ranges[level][kind] || null;
};

PlanPage.findingText = function (row) {
  var findings = PlanPage.data.findings;
  return PlanPage.language === "zh" ? findings.message_zh[row] : findings.message[row];
};

PlanPage.translate = function () {
  var facts = PlanPage.data.facts;
  document.documentElement.lang = PlanPage.language === "zh" ? "zh-CN" : "en";
  document.querySelectorAll("[data-word]").forEach(function (element) {
    element.textContent = PlanPage.say(element.dataset.word);
  });
  document.querySelectorAll("[data-label]").forEach(function (element) {
    element.setAttribute("aria-label", PlanPage.say(element.dataset.label));
  });
  document.querySelector("[data-fact=name]").textContent = facts.name;
  document.querySelector("[data-fact=scheme]").textContent = facts.scheme.title[PlanPage.language];
  var other = document.getElementById("language");
  other.textContent = PlanPage.say("action.language");
  other.lang = PlanPage.language === "zh" ? "en" : "zh-CN";
  document.title = PlanPage.say("title", { name: facts.name });
};
