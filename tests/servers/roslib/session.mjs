// A scripted session of roslib, in Node (node.mjs) and in a browser (page.html); tells what it saw.
import { Action, Param, Ros, Service, Topic } from "roslib";

const WAIT_MS = 60_000;

function settle(begin, what) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing came: ${what}`)), WAIT_MS);
    begin((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

export async function session(url, place) {
  const seen = {};
  const ros = new Ros({ url });
  await settle((done) => ros.on("connection", done), "connection");

  // Operations of one connection are handled in order: an answer to this says that all before it are done.
  const clock = new Service({ ros, name: "/rosapi/get_time", serviceType: "rosapi_msgs/srv/GetTime" });
  const sync = () => settle((done) => clock.callService({}, done, done), "get_time");

  seen.topics = {};
  for (const compression of ["none", "cbor", "png"]) {
    const name = `${place}/${compression}`;
    const topic = new Topic({ ros, name, messageType: "sensor_msgs/LaserScan", compression });
    const message = settle((done) => topic.subscribe(done), `a message by ${compression}`);
    await sync();
    topic.publish({ ranges: [1.5, 2.5], range_max: 7 });
    const { ranges, range_max: most } = await message;
    seen.topics[compression] = [...ranges, most];
    topic.unsubscribe();
    topic.unadvertise();
}

  const setBool = (name) => new Service({ ros, name, serviceType: "std_srvs/SetBool" });
  const call = (name) => settle((done) => setBool(name).callService({ data: true }, done, done), name);
  seen.service = await call(`${place}/set`);
  const own = setBool(`${place}/own`);
  own.advertise((request, response) => {
    response.success = request.data;
    response.message = "from roslib";
    return true;
  });
  await sync();
  seen.own = await call(`${place}/own`);
  own.unadvertise();
  seen.absent = await call(`${place}/absent`);

  const action = (name) => new Action({ ros, name, actionType: "test_msgs/action/Fibonacci" });
  const feedback = [];
  const goal = (name, order) =>
    settle((done) => action(name).sendGoal({ order }, done, (values) => feedback.push(values.sequence.length), done), name);
  seen.goal = await goal("/fibonacci", 5);
  seen.feedback = feedback.length;
  const provided = action(`${place}/action`);
  provided.advertise(
    (values, id) => {
      provided.sendFeedback(id, { sequence: [1] });
      // a goal of 0 waits to be cancelled
      if (values.order > 0) provided.setSucceeded(id, { sequence: [values.order] });
    },
    (id) => provided.setCanceled(id, { sequence: [] }),
  );
  await sync();
  feedback.length = 0;
  seen.ownGoal = await goal(`${place}/action`, 7);
  seen.ownFeedback = feedback.length;
  const asked = action(`${place}/action`);
  seen.ownCancelled = await settle((done) => {
    const id = asked.sendGoal({ order: 0 }, done, () => asked.cancelGoal(id), done);
  }, "a cancelled goal of our own");
  provided.unadvertise();
  const long = action("/fibonacci");
  seen.cancelled = await settle((done) => {
    const id = long.sendGoal({ order: 1000 }, done, () => {}, done);
    long.cancelGoal(id);
  }, "a cancelled goal");

  const parameter = new Param({ ros, name: `/peer:${place.slice(1)}.number` });
  seen.parameter = await settle((done) => parameter.get(done), "a parameter");
  await settle((done) => parameter.set(7, done), "a parameter that is set");
  seen.parameterSet = await settle((done) => parameter.get(done), "a parameter");
  seen.type = await settle((done) => ros.getTopicType("/rosout", done, done), "getTopicType");
  seen.nodes = await settle((done) => ros.getNodes(done, done), "getNodes");
  seen.actions = await settle((done) => ros.getActionServers(done, done), "getActionServers");
  seen.details = await settle(
    (done) => ros.getMessageDetails("geometry_msgs/Twist", (found) => done(ros.decodeTypeDefs(found)), done),
    "getMessageDetails",
  );
  seen.raw = (await settle((done) => ros.getTopicsAndRawTypes(done, done), "getTopicsAndRawTypes")).topics;

  await settle((done) => {
    ros.on("close", done);
    ros.close();
  }, "the end of the connection");
  await settle((done) => {
    ros.on("connection", done);
    ros.connect(url);
  }, "a second connection");
  await sync();
  seen.reconnected = true;
  ros.close();
  return seen;
}
