import subprocess
import sys

PUT_OFF = """
import sys
from hristudio_bridge.process import put_off_generator, put_off_numpy
put_off_numpy()
put_off_generator()
{body}
"""


def _run(body):
    subprocess.run([sys.executable, "-c", PUT_OFF.format(body=body)], check=True, timeout=300)


def test_messages_do_not_load_numpy_until_one_needs_it():
    _run(
        "from unique_identifier_msgs.msg import UUID\n"
        "from std_msgs.msg import String\n"
        "String.__class__.__import_type_support__()\n"
        "assert 'numpy._core' not in sys.modules\n"
        "assert 'lark' not in sys.modules\n"
        "assert UUID().uuid.tolist() == [0] * 16\n"
        "assert 'numpy._core' in sys.modules\n"
        "import numpy\n"
        "assert numpy.zeros(2).tolist() == [0.0, 0.0]\n"
        "assert not hasattr(numpy, 'no_such_thing')\n"
    )


def test_what_lies_below_a_package_put_off_can_be_imported():
    _run("import numpy.random\nassert numpy.random.default_rng(1).integers(1, 2) == 1")
    _run("from numpy import linalg\nassert linalg.det([[1.0]]) == 1.0")
