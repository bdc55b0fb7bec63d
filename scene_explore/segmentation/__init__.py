"Where scenes end: the measures, and the methods"
from .._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, {
    'protocols':
        'Score average_precision by_annotator choose_threshold consensus coverage_overflow '
        'difference edit_distance f1 mean_average_precision miou recall_at',
    'grouping':
        'Grouping adjacent choose_boundaries coherence novelty scene_count sequential_grouping '
        'texttiling ward windowed',
    'fusion':
        'by_rank joint long_shots scene_scores',
    'tables':
        'chance_rows left_out_thresholds protocol_table side_by_side',
    'scene_methods':
        'boundary_chance chosen_cuts cut_scores get_method register_method votes',
    'film_scenes':
        'FilmScenes Segmentation segment_shots similar_scenes',
})
