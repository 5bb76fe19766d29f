"""Renderers are found, run with a limit, and what they draw is saved whole or not at all."""

import os
import pathlib
import platform
import shutil
import stat
import sys
import sysconfig
import tomllib
from collections.abc import Callable

import graphviz
import pytest
from packaging.requirements import Requirement

from autograd.errors import AutogradError, RendererNotFound
from autograd.explanation import render as renderers
from autograd.explanation.render import Digraph, find_renderer, render, save_dot

CHAIN = 'digraph { x -> "∂f/∂x" }'

ECHO = """
import sys
sys.stdout.buffer.write(repr(sys.argv[1:]).encode() + b"|" + sys.stdin.buffer.read())
"""
FAIL = "import sys; sys.stdin.read(); sys.stderr.write('line 1: no such shape'); sys.exit(3)"

Install = Callable[..., pathlib.Path]


@pytest.fixture
def machine(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """Return a machine without renderers: `path/` is its search path, `scripts/` its packages."""
    for folder in ("path", "scripts", "user"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "interpreter" / "python"))
    monkeypatch.setattr(
        sysconfig,
        "get_path",
        lambda name, scheme=None: str(tmp_path / (name if scheme is None else "user")),
    )
    return tmp_path


@pytest.fixture
def install(machine: pathlib.Path) -> Install:
    """Install a program, given as Python source, on the machine."""
    interpreter = os.path.realpath(sysconfig.get_config_var("BINDIR")) + "/python3"

    def put(program: str, source: str = ECHO) -> pathlib.Path:
        file = machine / program
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!{interpreter}\n{source}", encoding="utf-8")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return file

    return put


@pytest.fixture
def pure(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the real graphviz-pure, on a machine without Graphviz's own `dot`."""
    if (sys.platform, platform.machine()) not in renderers.PURE_PLATFORMS:
        pytest.skip("graphviz-pure has no wheel for this platform")
    monkeypatch.setenv("PATH", str(tmp_path))
    return find_renderer("svg")


class TestFinding:
    def test_the_system_dot_comes_first(self, install: Install) -> None:
        system = install("path/dot")
        install("scripts/graphviz-pure")
        for format in ("svg", "png", "pdf"):
            assert find_renderer(format) == str(system)

    @pytest.mark.parametrize("folder", ["scripts", "interpreter", "user", "path"])
    def test_graphviz_pure_is_found_wherever_pip_puts_it(
        self, install: Install, folder: str
    ) -> None:
        pure = install(f"{folder}/graphviz-pure")
        assert find_renderer("svg") == str(pure)

    def test_the_current_folder_is_not_searched(
        self, install: Install, machine: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        install("here/graphviz-pure")
        monkeypatch.chdir(machine / "here")
        monkeypatch.setattr(sys, "executable", "")
        with pytest.raises(RendererNotFound):
            find_renderer("svg")

    @pytest.mark.usefixtures("pure")
    def test_the_installed_wheel_is_found_without_a_search_path(self) -> None:
        assert pathlib.Path(find_renderer("png")).stem == "graphviz-pure"

    def test_pdf_needs_the_real_one(self, install: Install) -> None:
        install("scripts/graphviz-pure")
        install("path/apt-get")
        with pytest.raises(RendererNotFound, match=r"PDF needs Graphviz's own `dot`.*apt-get"):
            find_renderer("pdf")

    @pytest.mark.usefixtures("machine")
    def test_the_error_is_one_that_callers_may_expect(self) -> None:
        with pytest.raises(AutogradError):
            find_renderer("svg")
        with pytest.raises(RuntimeError):
            find_renderer("svg")


class TestAdvice:
    @pytest.mark.parametrize(("system", "processor"), sorted(renderers.PURE_PLATFORMS))
    def test_where_there_is_a_wheel_it_is_pip(
        self, machine: pathlib.Path, monkeypatch: pytest.MonkeyPatch, system: str, processor: str
    ) -> None:
        monkeypatch.setattr(platform, "machine", lambda: processor)
        monkeypatch.setattr(sys, "platform", system)
        assert renderers._install_command(pure=True) == "pip install graphviz-pure"

    @pytest.mark.parametrize("manager", sorted(renderers.PACKAGE_MANAGERS))
    def test_otherwise_it_is_the_package_manager_of_the_machine(
        self, install: Install, monkeypatch: pytest.MonkeyPatch, manager: str
    ) -> None:
        install(f"path/{manager}")
        monkeypatch.setattr(platform, "machine", lambda: "riscv64")
        with pytest.raises(RendererNotFound) as caught:
            find_renderer("svg")
        assert str(caught.value).endswith(f"with: {renderers.PACKAGE_MANAGERS[manager]}")

    @pytest.mark.parametrize(
        ("system", "command"),
        [
            ("darwin", "brew install graphviz"),
            ("win32", "winget install Graphviz.Graphviz"),
            ("linux", "sudo apt-get install graphviz"),
        ],
    )
    @pytest.mark.usefixtures("machine")
    def test_without_one_it_is_what_the_platform_usually_has(
        self, monkeypatch: pytest.MonkeyPatch, system: str, command: str
    ) -> None:
        monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
        monkeypatch.setattr(sys, "platform", system)
        assert renderers._install_command(pure=False) == command

    def test_the_wheels_are_those_that_the_package_asks_for(self) -> None:
        project = pathlib.Path(__file__).parents[2] / "pyproject.toml"
        dependencies = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
        markers = [
            requirement.marker
            for requirement in map(Requirement, dependencies)
            if requirement.name == "graphviz-pure"
        ]
        processors = {"x86_64", "aarch64", "arm64", "AMD64", "ARM64", "i686", "armv7l", "riscv64"}
        asked = {
            (system, processor)
            for system in ("linux", "darwin", "win32", "emscripten", "freebsd14")
            for processor in processors
            for marker in markers
            if marker is not None
            and marker.evaluate({"sys_platform": system, "platform_machine": processor})
        }
        assert asked == renderers.PURE_PLATFORMS


class TestRunning:
    def test_the_text_goes_in_on_standard_input(self, install: Install) -> None:
        install("path/dot")
        assert render(CHAIN, "svg").decode() == f"['-Tsvg']|{CHAIN}"
        assert render(CHAIN, "png", "-Kneato", "-Gdpi=200").startswith(
            b"['-Tpng', '-Kneato', '-Gdpi=200']|"
        )

    def test_a_failure_is_told_in_the_words_of_the_renderer(self, install: Install) -> None:
        install("path/dot", FAIL)
        with pytest.raises(ChildProcessError, match=r"status 3\): line 1: no such shape$"):
            render(CHAIN, "svg")

    def test_drawing_nothing_is_a_failure(self, install: Install) -> None:
        install("path/dot", "")
        with pytest.raises(ChildProcessError, match=r"status 0\): it said nothing about why$"):
            render(CHAIN, "svg")

    def test_words_in_an_unknown_encoding_do_not_hide_the_failure(self, install: Install) -> None:
        install("path/dot", r"import sys; sys.stderr.buffer.write(b'\xff'); sys.exit(1)")
        with pytest.raises(ChildProcessError, match="\N{REPLACEMENT CHARACTER}"):
            render(CHAIN, "svg")

    def test_warnings_of_a_renderer_that_draws_are_not_shown(
        self, install: Install, capfd: pytest.CaptureFixture[str]
    ) -> None:
        install("path/dot", "import sys; sys.stderr.write('no such font'); print('picture')")
        assert render(CHAIN, "svg") == b"picture\n"
        assert capfd.readouterr() == ("", "")

    def test_a_renderer_that_does_not_stop_is_stopped(
        self, install: Install, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        install("path/dot", "import time; time.sleep(60)")
        monkeypatch.setattr(renderers, "TIMEOUT_SECONDS", 0.2)
        with pytest.raises(TimeoutError, match=r"within 0.2 seconds; draw a smaller part"):
            render(CHAIN, "svg")

    def test_a_renderer_that_does_not_read_is_no_trouble(self, install: Install) -> None:
        install("path/dot", "print('picture')")
        assert render(CHAIN * 100_000, "svg") == b"picture\n"

    @pytest.mark.usefixtures("pure")
    @pytest.mark.parametrize("format", sorted(renderers.PURE_FORMATS))
    def test_graphviz_pure_writes_every_format_it_is_said_to(self, format: str) -> None:
        assert render(CHAIN, format)

    @pytest.mark.usefixtures("pure")
    def test_graphviz_pure_draws_the_same_every_time(self) -> None:
        assert render(CHAIN, "svg") == render(CHAIN, "svg")
        assert "∂f/∂x" in render(CHAIN, "svg").decode()
        assert render(CHAIN, "png").startswith(b"\x89PNG")

    @pytest.mark.usefixtures("pure")
    def test_graphviz_pure_names_the_line_of_a_mistake(self) -> None:
        with pytest.raises(ChildProcessError, match="syntax error in line 2"):
            render("digraph {\n x -> }", "svg")


class TestSaving:
    @pytest.mark.parametrize(
        "name", ["f.svg", "f.PNG", "two words.pdf", "∂f∕∂x – ñ.svg", "a.b.svg", "-Tpng.svg"]
    )
    def test_the_suffix_says_how(self, install: Install, machine: pathlib.Path, name: str) -> None:
        install("path/dot")
        path = machine / "odd folder Ø" / name
        assert save_dot(CHAIN, path) == path
        format = name[-3:].lower()
        assert path.read_text(encoding="utf-8") == f"['-T{format}']|{CHAIN}"
        assert os.listdir(path.parent) == [name]

    def test_text_paths_will_do(
        self, install: Install, machine: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        install("path/dot")
        monkeypatch.chdir(machine)
        assert save_dot(CHAIN, "f.svg") == pathlib.Path("f.svg")
        assert (machine / "f.svg").exists()

    def test_dot_text_needs_no_renderer(self, machine: pathlib.Path) -> None:
        save_dot(CHAIN, machine / "f.dot")
        assert (machine / "f.dot").read_text(encoding="utf-8") == CHAIN

    @pytest.mark.parametrize("name", ["f.gif", "f", ".svg", "f.svg.gz", "f."])
    def test_another_suffix_is_refused(self, machine: pathlib.Path, name: str) -> None:
        with pytest.raises(ValueError, match=r"must end in \.svg, \.png, \.pdf, \.dot$") as caught:
            save_dot(CHAIN, machine / name)
        assert f"'{name}'" in str(caught.value)
        assert not (machine / name).exists()

    @pytest.mark.parametrize("name", ["f.svg", "f.pdf", "new/f.png"])
    def test_without_a_renderer_the_text_is_kept(self, machine: pathlib.Path, name: str) -> None:
        text = (machine / name).with_suffix(".dot")
        with pytest.raises(RendererNotFound) as caught:
            save_dot(CHAIN, machine / name)
        assert text.read_text(encoding="utf-8") == CHAIN
        assert f"saved as text in '{text}'" in str(caught.value)
        assert " install " in str(caught.value)
        assert not (machine / name).exists()

    def test_a_failure_leaves_the_old_picture(
        self, install: Install, machine: pathlib.Path
    ) -> None:
        path = machine / "out" / "f.svg"
        install("path/dot")
        save_dot(CHAIN, path)
        install("path/dot", FAIL)
        with pytest.raises(ChildProcessError):
            save_dot("digraph { other }", path)
        assert CHAIN in path.read_text(encoding="utf-8")
        assert os.listdir(path.parent) == ["f.svg"]

    def test_a_full_disk_leaves_the_old_picture(
        self, machine: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = machine / "out" / "f.dot"
        save_dot(CHAIN, path)

        def full(_: int) -> None:
            raise OSError(28, "no space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space left"):
            save_dot("digraph { other }", path)
        assert path.read_text(encoding="utf-8") == CHAIN
        assert os.listdir(path.parent) == ["f.dot"]

    def test_a_symbolic_link_stays_one(self, machine: pathlib.Path) -> None:
        link, target = machine / "link.dot", machine / "target.dot"
        target.write_text("old", encoding="utf-8")
        link.symlink_to(target)
        save_dot(CHAIN, link)
        assert link.is_symlink()
        assert target.read_text(encoding="utf-8") == CHAIN


class TestDigraph:
    @pytest.fixture
    def graph(self) -> Digraph:
        graph = Digraph("chain")
        graph.edge("x", "y")
        return graph

    def test_it_is_one(self, graph: Digraph) -> None:
        plain = graphviz.Digraph("chain")
        plain.edge("x", "y")
        assert isinstance(graph, graphviz.Digraph)
        assert graph.source == plain.source
        assert graph.format == graph.copy().format == "svg"

    def test_piping(self, install: Install, graph: Digraph) -> None:
        install("scripts/graphviz-pure")
        assert graph.pipe().decode() == f"['-Tsvg', '-Kdot']|{graph.source}"
        assert graph.pipe(encoding="utf-8") == graph.pipe().decode()
        assert graph.pipe(encoding="latin-1") == graph.pipe().decode()
        assert graph.pipe("png", engine="neato").startswith(b"['-Tpng', '-Kneato']|")

    def test_choosing_among_the_plugins_of_dot(self, install: Install, graph: Digraph) -> None:
        install("scripts/graphviz-pure")
        with pytest.raises(RendererNotFound, match="own `dot`"):
            graph.pipe("png", renderer="cairo")
        install("path/dot")
        assert graph.pipe("png", renderer="cairo", formatter="gd", neato_no_op=2).startswith(
            b"['-Tpng:cairo:gd', '-Kdot', '-n2']|"
        )

    def test_rendering_to_files(
        self, install: Install, machine: pathlib.Path, graph: Digraph
    ) -> None:
        install("scripts/graphviz-pure")
        folder = machine / "two words"
        picture = graph.render(directory=folder)
        assert picture == str(folder / "chain.gv.svg")
        assert graph.source in pathlib.Path(picture).read_text(encoding="utf-8")
        assert (folder / "chain.gv").read_text(encoding="utf-8") == graph.source
        graph.render(directory=folder, format="png", cleanup=True)
        assert sorted(os.listdir(folder)) == ["chain.gv.png", "chain.gv.svg"]

    def test_rendering_to_a_named_file(
        self, install: Install, machine: pathlib.Path, graph: Digraph
    ) -> None:
        install("scripts/graphviz-pure")
        target = machine / "named.png"
        assert graph.render(outfile=target) == str(target)
        assert target.read_bytes().startswith(b"['-Tpng'")
        with pytest.raises(FileExistsError, match="exists"):
            graph.render(outfile=target, raise_if_result_exists=True)

    @pytest.mark.usefixtures("machine")
    def test_without_a_renderer(self, graph: Digraph) -> None:
        with pytest.raises(RendererNotFound, match="SVG needs a program that draws graphs"):
            graph.pipe()

    @pytest.mark.usefixtures("pure")
    def test_a_notebook_shows_it(self, graph: Digraph) -> None:
        bundle = graph._repr_mimebundle_()
        assert list(bundle) == ["image/svg+xml"]
        assert "<svg" in bundle["image/svg+xml"]
