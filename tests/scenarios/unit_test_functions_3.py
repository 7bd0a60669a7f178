"""What tf.test has since TensorFlow 2.21, on a machine with an x86 processor; TensorFlow can compile for others as well."""

from _signatures import parameters
from _unit_tests import all_said

ORACLE = "2.21"


def scenario(tf, tmp_path):
    available = tf.test.is_cpu_target_available
    found = {target: lambda target=target: available(target) for target in ("x86", "x86_64", "X86", "riscv")}
    return {**all_said(found), "parameters": parameters(available)}
