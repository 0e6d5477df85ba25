"""The page that runs the network, in a real browser: `site/page/index.html`, opened from its file."""

import base64

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from tests.browser import chromium, started
from tests.strokes import strokes
from utils.area import filled_area
from utils.evaluation import predict, predict_values
from utils.images import prepare
from utils.machinery.export import PAGE, rounded
from utils.models import load_released
from utils.own_images.preparing import prepare_digit
from utils.own_images.reading import read_gray
from utils.paths import DATA

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    with started() as browser:
        yield browser


def opened(browser, **options):
    """The page in a window of its own; what it asks for and what goes wrong is kept in lists."""
    window = browser.new_page(**{"viewport": {"width": 1_200, "height": 1_400}} | options)
    window.asked, window.wrong = [], []
    window.on("request", lambda request: window.asked.append(request.url))
    window.on("pageerror", lambda error: window.wrong.append(str(error)))
    window.on("console", lambda said: window.wrong.append(said.text) if said.type == "error" else 0)
    window.goto((PAGE / "index.html").as_uri())
    return window


@pytest.fixture(scope="module")
def page(browser):
    window = opened(browser)
    yield window
    assert not window.wrong
    folder = PAGE.as_uri()
    assert window.asked and all(url.startswith((folder, "data:", "blob:")) for url in window.asked)
    window.close()


def test_the_page_is_small_and_readable():
    files = [file for file in PAGE.iterdir() if file.is_file()]
    assert sum(file.stat().st_size for file in files) <= 700_000
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        assert max(map(len, lines)) <= 79, file
    code = (PAGE / "lenet5.js").read_text(encoding="utf-8").splitlines()
    code = [line for line in code if line.strip() and not line.strip().startswith("//")]
    assert len(code) <= 60


ANSWERS = """bytes => {
  const answers = [];
  const text = atob(bytes);
  for (let start = 0; start < text.length; start += 1024) {
    const picture = {height: 32, width: 32, data: new Float64Array(1024)};
    picture.data.forEach((_, at, all) => { all[at] = text.charCodeAt(start + at); });
    const {logits, area, counted} = answerTo(picture);
    answers.push([...logits, area.value, counted]);
  }
  return answers;
}"""


def answers_of(page, images):
    """What the page says about (n, 32, 32) uint8: logits (n, 10), areas (n,), counted areas (n,)."""
    found = page.evaluate(ANSWERS, base64.b64encode(images.tobytes()).decode())
    found = np.array(found)
    return found[:, :10], found[:, 10], found[:, 11]


def test_500_test_digits_get_keras_answers(page, mnist):
    digits = mnist.x_test[:500]
    x = prepare(digits)
    logits, areas, counted = answers_of(page, np.pad(digits, [(0, 0), (2, 2), (2, 2)]))
    classifier, area = load_released("classifier"), load_released("area")
    full, measured = predict(classifier, x), predict_values(area, x)
    assert (logits.argmax(axis=1) == full.argmax(axis=1)).all()
    assert np.abs(areas - measured).max() <= 0.1
    assert (counted == filled_area(digits)).all()
    shipped = predict(rounded(classifier), x)
    print(np.abs(logits - full).max(), np.abs(logits - shipped).max())
    print(np.abs(areas - measured).max())
    assert np.abs(logits - shipped).max() <= 1e-5
    assert np.abs(logits - full).max() <= 1e-3


def test_an_answer_with_all_maps_takes_5_milliseconds(page):
    """Both networks, every layer, areas, rules of refusal: the least of many times, where nothing else had the core."""
    page.get_by_role("button", name="Somebody's 8").click()
    page.wait_for_timeout(300)
    times = page.evaluate("""() => Array.from({length: 200}, () => {
      const start = performance.now();
      answerTo(current.picture);
      return performance.now() - start;
    })""")
    print(np.quantile(times, (0, 0.5, 0.9)))
    assert min(times) <= 5


PREPARED = """([height, width, bytes]) => {
  const text = atob(bytes);
  const data = Float64Array.from(text, (letter) => letter.charCodeAt(0));
  const result = prepare({height, width, data});
  return result && [...result.data];
}"""


def test_the_preparation_is_chapter_12s(page, mnist):
    for picture in pictures(mnist):
        gray = base64.b64encode(picture.tobytes()).decode()
        found = page.evaluate(PREPARED, [*picture.shape, gray])
        expected = prepare_digit(picture)
        assert (found is None) == (expected is None)
        if found is not None:
            off = np.abs(np.reshape(found, (32, 32)) - expected)
            assert off.max() <= 2, (picture.shape, off.max())


def pictures(mnist):
    """Gray pictures of every kind that the preparation knows."""
    rng = np.random.default_rng(3)
    for row, digit in enumerate(mnist.x_train[:16]):
        yield digit
        yield 255 - digit
        large = np.kron(digit, np.ones((9, 11), np.uint8))
        yield np.pad(large, rng.integers(0, 90, (2, 2)))
        noisy = 220 - 0.7 * large + rng.normal(0, 6, large.shape)
        noisy = noisy + np.linspace(-40, 30, large.shape[1]) * (row % 3)
        yield np.clip(noisy, 0, 255).astype(np.uint8)
        huge = 255 - np.kron(digit, np.ones((40, 40), np.uint8))
        yield huge
        thin = np.zeros((200, 200), np.uint8)
        for path in strokes(digit)[:30]:
            rows, columns = (path / 1.5).astype(int).T
            thin[rows, columns] = 200
        yield thin
        sun = noisy - 150 * np.linspace(0, 1, large.shape[0])[:, None] * (row % 2)
        yield np.clip(sun + 40, 0, 255).astype(np.uint8)  # darker below than ink above
        specks = digit.copy()
        specks[0, 0], specks[26:, 26:] = 255, 180
        yield specks
    for file in sorted((DATA / "own" / "pictures").glob("photo_[134].jpg")):
        yield read_gray(file)  # the second has ruled lines, which only chapter 12 takes away
    yield np.zeros((28, 28), np.uint8)
    yield np.full((300, 200), 255, np.uint8)
    yield np.full((1, 1), 7, np.uint8)
    yield rng.integers(0, 256, (97, 140)).astype(np.uint8)


SAY = "() => current && {digit: current.digit, refused: current.refused}"


def said(page):
    """What the page says about its paper: a digit, or a reason."""
    page.evaluate("() => { paint(); update(); }")
    answer = page.evaluate(SAY)
    if answer is None:
        return "blank"
    return answer["refused"] or answer["digit"]


def draw(page, paths):
    """Draw strokes (points, 2) of rows and columns with the mouse."""
    page.get_by_role("button", name="Clear").click()
    frame = page.locator("#paper").bounding_box()
    for path in paths:
        places = path[:, ::-1] + (frame["x"], frame["y"])
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()


PUT = """paths => {
    const scale = paper.width / paper.getBoundingClientRect().width;
    strokes.splice(0, Infinity, ...paths.map(path => path.map(([y, x]) => ({x: x * scale, y: y * scale}))));
}"""


def put(page, paths):
    """Put strokes on the paper as `draw` does, without the mouse's wait at each point."""
    page.evaluate(PUT, [path.tolist() for path in paths])


def test_drawn_digits_are_read(page, mnist):
    page.get_by_role("button", name="Clear").click()
    answers = []
    for image in mnist.x_test[:100]:
        put(page, strokes(image, step=12))
        answers.append(said(page))
    right = [answer == label for answer, label in zip(answers, mnist.y_test)]
    print(sum(right), [(a, int(b)) for a, b, r in zip(answers, mnist.y_test, right) if not r])
    assert sum(right) >= 93


def test_the_mouse_draws_these_digits(page, mnist):
    for image in mnist.x_test[:10]:
        paths = strokes(image, step=12)
        draw(page, paths)
        answer = said(page)
        put(page, paths)
        assert said(page) == answer


def test_digits_drawn_with_keys_alone_are_read(page, mnist):
    rows = [np.flatnonzero(mnist.y_test[:100] == digit)[1] for digit in range(10)]
    answers = []
    paper = page.locator("#paper")
    for row in rows:
        paper.focus()
        page.keyboard.press("Escape")
        for path in strokes(mnist.x_test[row], step=12):
            for number, (y, x) in enumerate(path):
                walk(page, round(x / 10) * 10, round(y / 10) * 10)
                if number == 0:
                    page.keyboard.press("Space")
            page.keyboard.press("Space")
        answers.append(said(page))
    print(answers)
    assert sum(answer == digit for digit, answer in enumerate(answers)) >= 9


def walk(page, x, y):
    """Press arrow keys until the pen is at a place; two at once where it is aslant."""
    here = page.evaluate("() => [pen.x, pen.y]")
    steps = [round((there - at) / 10) for there, at in zip((x, y), here)]
    keys = [
        "ArrowRight" if steps[0] > 0 else "ArrowLeft",
        "ArrowDown" if steps[1] > 0 else "ArrowUp",
    ]
    left = [abs(step) for step in steps]
    while any(left):
        for axis in (0, 1):
            if left[axis]:
                page.keyboard.press(keys[axis])
                left[axis] -= 1


def test_a_blank_paper_gives_no_digit(page):
    page.get_by_role("button", name="Clear").click()
    page.wait_for_timeout(400)
    assert said(page) == "blank"
    assert page.locator("#answer").inner_text() == "No digit: the paper is blank."


def scribbles(n):
    """Scribbles that the rules of refusal were not chosen on: loops, crossed curves, clouds, rays, waves."""
    rng = np.random.default_rng(2026)
    turn = np.linspace(0, 1, 60)
    for number in range(n):
        kind, center = number % 5, rng.uniform(120, 160, 2)
        if kind == 0:  # loops that wander
            angle = 2 * np.pi * rng.uniform(4, 7) * turn
            reach = rng.uniform(25, 45) * np.array([np.sin(angle), np.cos(angle)]).T
            yield [center + reach + np.outer(turn - 0.5, rng.uniform(-160, 160, 2))]
        elif kind == 1:  # crossed waves
            wave = 40 * np.sin(2 * np.pi * (rng.uniform(1, 3) * turn + rng.uniform()))
            lines = [np.array([40 + 200 * turn, place + wave]).T for place in (70, 140, 210)]
            yield [line if rng.random() < 0.5 else line[:, ::-1] for line in lines]
        elif kind == 2:  # one line that changes its mind
            heading = np.cumsum(rng.normal(0, 0.9, 150))
            steps = 14 * np.array([np.sin(heading), np.cos(heading)]).T
            path = center + np.cumsum(steps, axis=0)
            yield [10 + np.abs((path - 10) % 520 - 260)]  # turned back at the edges
        elif kind == 3:  # rays from a point
            angles = rng.uniform(0, 2 * np.pi, rng.integers(5, 9))
            ends = center + 110 * np.array([np.sin(angles), np.cos(angles)]).T
            yield [np.array([center, end]) for end in ends]
        else:  # strokes here and there
            starts = rng.uniform(30, 250, (rng.integers(5, 10), 2))
            yield [np.array([start, start + rng.normal(0, 30, 2)]) for start in starts]


def test_scribbles_give_no_digit(page):
    page.get_by_role("button", name="Clear").click()
    answers = []
    for paths in scribbles(100):
        put(page, [np.clip(path, 5, 275) for path in paths])
        answers.append(said(page))
    read = [
        (number % 5, answer) for number, answer in enumerate(answers) if not isinstance(answer, str)
    ]
    print(len(read), read)
    assert len(read) <= 20


def test_a_missing_browser_says_what_to_install(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(pytest.fail.Exception, match="install it"):
        chromium()


def test_every_step_of_the_preparation_can_be_left_out(page):
    page.get_by_role("button", name="Clear").click()
    draw(page, [np.array([[30, 200], [250, 230], [250, 150]]), np.array([[15, 30], [15, 31]])])
    steps = page.locator("[data-step]")
    everything = copied(page)
    assert steps.count() == 5
    for number in range(5):
        step = steps.nth(number)
        name = step.get_attribute("data-step")
        step.uncheck()
        assert copied(page) != everything, name
        step.check()
        assert copied(page) == everything, name


def copied(page):
    page.evaluate("() => { paint(); update(); }")
    return page.evaluate("() => [...current.picture.data]")


def test_a_unit_says_what_it_sees(page):
    page.get_by_role("button", name="Somebody's 5").click()
    page.wait_for_timeout(300)
    maps = page.get_by_role("application", name="Units of C3")
    maps.hover(position={"x": 66 + 6 * 7 + 2, "y": 6 * 2 + 2})
    text = page.locator("#unit").inner_text()
    assert text.startswith("C3, map 1, row 2, column 7: ")
    assert text.endswith("It sees rows 4 to 17 and columns 14 to 27.")
    value = page.evaluate("() => current.layers.C3.data[(2 * 10 + 7) * 16 + 1]")
    assert f"{value:.2f}" in text
    page.get_by_role("application", name="Units of S4").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#unit").inner_text().startswith("S4, map 0, row 0, column 1: ")
    assert page.locator("#unit").inner_text().endswith("rows 0 to 15 and columns 4 to 19.")


def test_a_photograph_is_read_and_a_text_refused(page, mnist, tmp_path):
    rows = np.flatnonzero(mnist.y_test[:50] == 3)[:1]
    digit = np.kron(mnist.x_test[rows[0]], np.ones((12, 12), np.uint8))
    Image.fromarray(210 - (0.7 * digit).astype(np.uint8)).save(tmp_path / "three.png")
    page.locator("#file").set_input_files(tmp_path / "three.png")
    page.locator("#answer", has_text="It is a 3").wait_for(timeout=10_000)
    (tmp_path / "no.png").write_text("no picture", encoding="utf-8")
    page.locator("#file").set_input_files(tmp_path / "no.png")
    page.locator("#answer", has_text="no picture that the browser can read").wait_for(
        timeout=10_000
    )


def test_a_finger_draws_and_does_not_scroll(browser):
    phone = opened(browser, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= 360
    assert phone.evaluate("() => document.documentElement.scrollHeight") > 1_000
    frame = phone.locator("#paper").bounding_box()
    touch = phone.context.new_cdp_session(phone)
    x, y = frame["x"] + 140, frame["y"]
    swipe(touch, [(x, y + 240 - 10 * step) for step in range(20)])
    phone.wait_for_timeout(300)
    assert phone.evaluate("() => scrollY") == 0
    assert phone.evaluate("() => strokes.length") == 1
    assert phone.evaluate("() => strokes[0].length") > 3
    swipe(touch, [(10, 600 - 10 * step) for step in range(30)])  # beside the paper
    phone.wait_for_timeout(500)
    assert phone.evaluate("() => scrollY") > 0
    phone.close()


def swipe(touch, places):
    kinds = ["touchStart", *["touchMove"] * (len(places) - 1)]
    for kind, (x, y) in zip(kinds, places):
        points = [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1_200])
def test_axe_finds_nothing(browser, scheme, width):
    window = opened(browser, viewport={"width": width, "height": 900}, color_scheme=scheme)
    window.get_by_role("button", name="Somebody's 8").click()
    window.wait_for_timeout(400)
    found = Axe().run(window).response["violations"]
    assert not found, [(each["id"], each["nodes"][0]["html"]) for each in found]
    window.close()
