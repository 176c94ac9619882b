// What a field holds beside what the server wrote into it.

/** Whether it holds something else. */
export function isOther(field) {
  if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
  if (field.type === "file") return field.files.length > 0;
  if (!field.matches("select")) return field.value !== field.defaultValue;
  const options = [...field.options];
  const written = options.filter((option) => option.defaultSelected);
  const usual = written.length || field.multiple ? written : options.slice(0, 1);
  return options.some((option) => option.selected !== usual.includes(option));
}
