"A vision-language model reads a film and says where its scenes end"
from ..._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, {
    'shown_shots': 'ShotView Shown shot_views',
    'context_focus': 'Window windows',
    'model': 'SceneVLM',
    'samples': 'LabelledFilm SampleConfig',
    'explanations': 'explain named_factor',
    'attention': 'attention_shares decision_attention',
    'ablations': 'ABLATIONS ablation_scores ablation_table by_place',
    'annotated_films': 'labelled_films',
    'training': 'VLMConfig finetune_scene_vlm judge',
})
