"Files beside films that somebody made to do harm, or that went wrong: each is read in seconds or refused in a sentence, and costs no other film"
import html
import os
import re
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pysubs2
import pytest
from hypothesis import given, settings, strategies as st
from pysubs2.formats.substation import parse_tags
from test_datasets import new_film, scene, sound_record  # noqa: F401

from scene_explore import annotations, captions, plain_tables
from scene_explore.agreement import export_labels, import_labels, read_labels
from scene_explore.annotations import RecordError, merge_texts, parse_record, read_record, record_cues, record_moments, record_scenes, spoken
from scene_explore.captions import read_captions
from scene_explore.scenes import read_scenes, scene_id, scene_table, seconds, timecode, write_scenes

often = settings(max_examples=300, deadline=None)


def took(work, *args):
    "Seconds that a call takes, also where it raises a `ValueError`"
    began = time.perf_counter()
    with suppress(ValueError): work(*args)
    return time.perf_counter() - began


# ---- subtitles: the same words as before, in time proportional to the text
def old_bare(text):
    "As it was: blank lines took time by their square"
    text = re.sub(r'\r\n?', '\n', text).replace('\0', '')
    text = re.sub(r'<\d[\d:.]*>', '', text)
    text = re.sub(r'(?m)(?:^|(?<=\n\n))(?:NOTE|STYLE|REGION)\b.*(?:\n(?!\s*$).*)*', '', text) if text.lstrip().startswith('WEBVTT') else text
    return re.sub(r'(?:\A|(?<=\n))(?:\s*\n|\A)[^\n]*\n(?=[^\n]*-->)', '\n', text)


def old_words(data):
    data = data.replace(b'\r', b'\n')
    script = re.findall(rb'(?m)^Dialogue:(?:[^,\n]*,){9}(.*)', data)
    return b'\n'.join(script) or re.sub(rb'(?m)^.*-->.*$|^\s*\d+\s*$|<[^<>\n]*>', b'', data)


def old_line(event):
    event.text = ''.join(part for part, style in parse_tags(event.text) if not style.drawing)
    text = re.split(r'\n[^\n]*-->', f'\n{event.plaintext}', maxsplit=1)[0]
    return ' '.join(html.unescape(text).split())


def old_cues(text, kind):
    "The words of each cue by the parser's own tags"
    return [(abs(o.start), abs(o.end), old_line(o)) for o in pysubs2.SSAFile.from_string(text, format_=kind)]


LINES = ['', ' ', '\t', '1', '12 ', 'a', 'WEBVTT', 'NOTE x', 'STYLE', '00:00:01,000 --> 00:00:02,000', '00:01.000 --> 00:02.500', 'x --> y', '\x0b', ' \u2028']
ENDS = ['\n', '\r\n', '\n\n', '\n \n\n', '']
of_lines = st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(ENDS)), max_size=14).map(lambda o: ''.join(a + b for a, b in o))
TAGS = ['<i>', '</i>', '< b >', '<', '>', '<font color="red">', '</', ' ', '   ', 'i', 'word', '{\\i1}', '{\\p1}', '{\\p0}', '{\\r}', '{\\rAlt}', '{\\fnArial\\p2}', '{', '}', '\\N', '\\h', '\n', '\n\n', '7', '&amp;', '&', 'a --> b', '{\\b1']
of_tags = st.lists(st.sampled_from(TAGS), max_size=12).map(''.join)


@often
@given(of_lines)
def test_names_of_cues_go_as_before(text): assert captions._bare(text) == old_bare(text)


@often
@given(of_lines)
def test_the_words_by_which_an_encoding_is_known_are_as_before(text):
    assert captions._words(text.encode()).split() == old_words(text.encode()).split()


@often
@given(st.lists(of_tags, min_size=1, max_size=3), st.sampled_from(['srt', 'vtt']))
def test_tags_and_drawings_go_as_before(texts, kind):
    point = dict(srt=',', vtt='.')[kind]
    text = '\n'.join(f'00:00:0{i}{point}000 --> 00:00:0{i + 1}{point}000\n{o}\n' for i, o in enumerate(texts))
    found = captions._cues(text, kind)[0]
    assert [(abs(a), abs(b), words) for a, b, words in found] == old_cues(text, kind)


@often
@given(of_tags.filter(lambda o: '\n' not in o))
def test_scripts_are_read_as_before(text):
    script = f'[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{text}'
    assert [o for *_, o in captions._script(script)[0]] == [o for *_, o in old_cues(script, 'ass')]


CUE = '1\n00:00:01,000 --> 00:00:02,000\nhello\n\n'
HOSTILE = dict(
    blanks=(CUE, ' \n', ''), newlines=(CUE, '\n', 'x'), tabs=(CUE, '\t', ''), crlf=(CUE, '\r\n', 'x'), braces=(CUE[:-2], '{', ''), overrides=(CUE[:-2], '{\\i1}', ''), angles=(CUE[:-2], '<a', ''),
    spaces_in_a_tag=(CUE[:-2] + '<', ' ', 'x'), stamps=(CUE, '00:00:01,000 ', ''), digits=(CUE, '1', ''), entity=(CUE[:-2] + '&#', '9', ';'), notes=('WEBVTT\n\n', 'NOTE\n\n \n', ''), arrows=(CUE, '-->\n', ''))


@pytest.mark.parametrize('what', HOSTILE)
@pytest.mark.parametrize('kind', ['srt', 'vtt'])
def test_subtitles_take_no_longer_than_their_size(tmp_path, what, kind):
    begin, again, end = HOSTILE[what]
    file = tmp_path/f'film.{kind}'
    file.write_text(begin + again*(500_000//len(again)) + end, 'utf-8', newline='')
    assert took(read_captions, file) < 10
