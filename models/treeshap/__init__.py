"""Exact SHAP values of a LightGBM model, compiled: what a score is made of.

The value of a feature is what it adds to the raw score, averaged over every order in which the
features may become known. A split on a feature not yet known is taken both ways, in proportion to
the training rows that went there: path-dependent TreeSHAP.

For one leaf with value v, the m features split on above it add up to a product. Let z_f be the
share of training rows that pass the splits on feature f, and o_f be 1 if the row explained passes
them and 0 if not. Then the value of f is, summed over all sets S of the other features,

    v (o_f - z_f)  sum over S of  |S|! (m - |S| - 1)! / m!  product o_g (g in S)  product z_g (not)

and as k! (m - k - 1)! / m! is the integral of t^k (1 - t)^(m - k - 1) from 0 to 1, it is

    v (o_f - z_f)  integral of  product over the others g of (o_g t + z_g (1 - t))  dt

The integrand is a polynomial of degree m - 1, so a Gauss-Legendre rule of m / 2 points is exact:
`quadrature`. A tree is walked down and up once for all of its leaves, with eight points at a time:
`kernel`. `text` reads the model, `forest` lays it out, `shap_values` is the way in.

References
----------
Lundberg, S. M. et al. (2020). From local explanations to global understanding with explainable AI
for trees. Nature Machine Intelligence 2.
"""
