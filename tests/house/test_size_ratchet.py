"""Nothing grows past the sizes at which code stops being read in one go."""

from pathlib import Path

from tests.house.sizes import HARD_FILE_LINES, HARD_FUNCTION_LINES, Size, measured, over


def test_no_file_and_no_function_is_over_the_limit():
    files, functions = measured()
    assert files, "no source was found to measure"
    assert over(files, HARD_FILE_LINES) == []
    assert over(functions, HARD_FUNCTION_LINES) == []


def test_what_is_over_a_limit_is_named_longest_first(tmp_path: Path):
    (tmp_path / "room.py").write_text(
        "def rent():\n    return 1\n\n\ndef cost():\n    a = 1\n    return a\n"
    )
    files, functions = measured(tmp_path)
    name = f"{tmp_path.name}/room.py"
    assert files == [Size(name, 7)]
    assert over(functions, 1) == [Size(f"{name}:5 cost", 3), Size(f"{name}:1 rent", 2)]
    assert over(functions, 2) == [Size(f"{name}:5 cost", 3)]
