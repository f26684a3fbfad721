/* The editor in a notebook: what anywidget asks a module for. MapLibre's worker runs from the text that came with the module. */
async function render({ model, el }) {
  const worker = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
  el.classList.add("gp-widget");
  el.style.height = `${model.get("height")}px`;
  const host = widgetHost(model), mounted = await mount(el, host, { ...model.get("options"), worker });
  el.editor = mounted;
  return () => { mounted.stop(); URL.revokeObjectURL(worker); };
}

export default { render };
