// Actions of the buttons and keys.

function go(moment) {
  const at = Math.min(Math.max(moment, 0), last);
  const { step } = moments[at];
  const switches = step !== undefined && !wayTo(picture.group).includes(groupOf.get(step));
  picture.moment = at;
  if (switches || (step !== undefined && picture.group !== groupOf.get(step)))
    openGroup(groupOf.get(step));
  else showMoment(at);
  if (quiz.on) return;
  showCard(at);
  byId("slider").value = at;
  byId("slider").setAttribute("aria-valuetext", byId("step-title").textContent);
  byId("count").textContent = `${at} / ${last}`;
  byId("first").disabled = byId("before").disabled = at === 0;
  byId("last").disabled = byId("after").disabled = at === last;
  if (step !== undefined && picture.chosen === null) {
    const moved =
      moments[at].kind === "backward" ? parts[moments[at].part].operand : steps[step].tensor;
    inspect(moved);
  }
}

// A moved input changes all values, so all are shown.
function startAtEnd() {
  if (picture.moment === 0) go(last);
}

const KEYS = {
  ArrowRight: () => go(picture.moment + 1),
  ArrowLeft: () => go(picture.moment - 1),
  Home: () => go(0),
  End: () => go(last),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, .scroll");
  if (typing || quiz.on || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!(event.key in KEYS)) return;
  KEYS[event.key]();
  event.preventDefault();
});

byId("first").addEventListener("click", KEYS.Home);
byId("before").addEventListener("click", KEYS.ArrowLeft);
byId("after").addEventListener("click", KEYS.ArrowRight);
byId("last").addEventListener("click", KEYS.End);
byId("slider").max = last;
byId("slider").addEventListener("input", (event) => go(Number(event.target.value)));
byId("quiz-button").addEventListener("click", startQuiz);
byId("quiz-button").hidden = steps.length > LONGEST_QUIZ;
byId("quiz-end").addEventListener("click", endQuiz);

followers.push(() => {
  showMoment(picture.moment);
  if (!quiz.on) showCard(picture.moment);
  if (picture.inspected !== undefined) inspect(picture.inspected);
});

// On paper: all values and all steps.
window.addEventListener("beforeprint", () => {
  for (const label of picture.labels) label.text.textContent = labelText(label, last);
  byId("all-steps-button").open = true;
  listSteps();
});
window.addEventListener("afterprint", () => {
  byId("all-steps-button").open = false;
  showMoment(picture.moment);
});
byId("all-steps-button").addEventListener("toggle", (event) => {
  if (event.target.open) listSteps();
});

prepareInputs();
openGroup(0);
go(0);
document.documentElement.classList.add("ready");
