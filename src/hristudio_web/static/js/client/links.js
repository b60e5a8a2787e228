// What is lost when a link is down, what still works, and what happens to the robot.

const ALONE = "It goes on with the script up to the next question; the wizard's seat lapses after about 10 s, and then the protocol says what follows.";
const OWN_STOP = "To stop the robot now, use its own stop button";

export function losses({ online, signedOut, links, status, namespace }) {
  const call = `ros2 service call ${namespace}robot/stop hristudio/srv/StopRobot`;
  if (signedOut) {
    return [loss("signed-out", "You are signed out", "This page shows nothing new and sends nothing.",
      "The trial goes on by itself; every event is kept.", `${OWN_STOP}, or sign in again in another tab.`)];
  }
  if (!online) {
    return [loss("server", "Connection to the dashboard lost",
      "What you see is old. Nothing you press arrives.",
      "The trial runs on at the robot host and keeps every event; this page catches up by itself.",
      `${ALONE} ${OWN_STOP}, or on the robot host: ${call}`)];
  }
  if (links && !links.bridge.up) {
    return [loss("bridge", "Bridge to the robot host lost",
      "What you see is old. Decisions and STOP do not reach the robot.",
      "The trial runs on at the robot host and keeps every event.",
      `${ALONE} ${OWN_STOP}, or on the robot host: ${call}`)];
  }
  const found = [];
  const skills = links ? links.skills.up : true;
  if (!skills) {
    found.push(loss("skills", links.skills.ever ? "Skill server is silent" : "No skill server is heard",
      "Skills, and STOP from this page, do not reach the robot.", "The trial keeps every event; you can take notes.",
      `Its own safety timers end motion that nobody renews. ${OWN_STOP}.`));
  }
  if (links && !links.manager.up) {
    found.push(loss("manager", links.manager.ever ? "Trial manager is silent" : "No trial manager is heard",
      "Steps stand still; decisions are not taken.",
      skills ? "STOP works: it does not need the trial manager. What happened is on disk." : "What happened is on disk.",
      skills ? "Running skills end or are cancelled by the skill server; the trial goes on as its protocol says when the trial manager is back."
        : "Nobody tells what it does. Look at it."));
  }
  if (skills && status && !status.connected) {
    found.push(loss("robot", "Robot does not answer",
      "Skills fail until it is back.", "You can pause, take notes and abort.",
      "It may not hear STOP. Use its own stop button if it moves."));
  }
  return found;
}

function loss(id, title, lost, works, robot) {
  return { id, title, lost, works, robot };
}
