"What shape a space has, and what it knows of places"
from .._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, {
    'intervals':
        'FEWEST Interval bootstrap_interval cluster_interval crossed_interval jackknife_interval '
        'not_covered two_way_interval',
    'similarity':
        'CELLS as_matrix cosine_similarity row_blocks unit',
    'ranking':
        'map_at_r_chance',
    'retrieval':
        'PlacePrecision knn_purity place_precision retrieve',
    'clusters':
        'map_at_r place_score silhouette silhouette_by_scene',
    'attribution':
        'probe_attribution',
    'neighbours':
        'Hubness MutualNeighbours hubness mutual_knn',
    'triplets':
        'PlaceTest abx equal_error_rate place_test',
    'probes':
        'Attentive CrossCondition attentive_probe cross_condition_gain cross_condition_probe '
        'cross_condition_probes rsa_regression',
    'whitening':
        'Chosen Whitening choose_components fit_whitening whiten',
    'near_scenes':
        'centred_rows near_pairs neighbour_distance odd_ones_out recurring_settings uniqueness',
    'cluster_choice':
        'Clustering dense_clusters k_means medoids',
    'cluster_names':
        'c_tf_idf cluster_names',
    'overview':
        'Overview footage_overview',
    'spaces':
        'Basis Drops Projection collapse_metrics consecutive_similarity drops fit_pca '
        'linear_cka mean_cosine pca procrustes_align rankme shared_pca trustworthiness '
        'umap_layout uniformity',
    'maps':
        'LayoutChoice baseline_vectors kept_layout lay_out layout_methods',
})
