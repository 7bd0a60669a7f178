"""Model.compile, fit, evaluate and predict as in tf.keras: one loop for arrays, datasets, generators and Sequences."""
