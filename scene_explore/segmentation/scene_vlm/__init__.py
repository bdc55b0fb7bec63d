"A vision-language model reads a film and says where its scenes end"
from ..._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, {
    'shot_views': 'ShotView Shown shot_views',
    'windows': 'Window windows',
    'model': 'SceneVLM',
    'samples': 'LabelledFilm SampleConfig',
    'explanations': 'explain named_factor',
    'attention': 'attention_shares decision_attention',
    'training': 'VLMConfig finetune_scene_vlm judge',
})
